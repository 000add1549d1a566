package io.millrace.log;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.ProducerSnapshot;
import io.millrace.log.segment.ProducerSnapshots;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentSearch;
import io.millrace.log.segment.SegmentWalk;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds where the records of one producer are. One thread.
 *
 * <p>The snapshots of the producers tell between which two of them, so in which segment, a sequence lies; that one is walked.
 * It stays where it was found, so that whoever asks for one sequence after the other walks the log once and looks at the
 * snapshots once per segment.
 */
final class OriginalPositions {
    private static final long NOT_HERE = Long.MIN_VALUE;

    private final LogPartition partition;
    private final ProducerSnapshots snapshots;
    private final int producerId;
    private final int segmentLength;
    private final SegmentSearch search = new SegmentSearch();

    private Segment segment;
    private int offset;
    private long passedSequence;

    OriginalPositions(final LogPartition partition, final ProducerSnapshots snapshots, final int producerId) {
        this.partition = partition;
        this.snapshots = snapshots;
        this.producerId = producerId;
        this.segmentLength = partition.segmentLength();
    }

    /** Finds a sequence that the partition holds, or held: its position, NOT_KEPT, or BACK_PRESSURED to be asked again. */
    long find(final long sequence) {
        if (segment != null && sequence > passedSequence) {
            final long found = walk(sequence);
            if (found != NOT_HERE) {
                return found;
            }
        }
        long position = startOf(sequence);
        while (enter(position)) {
            final long found = walk(sequence);
            if (found != NOT_HERE) {
                return found;
            }
            position = segment.basePosition() + segmentLength;
        }
        return Outcome.NOT_KEPT;
    }

    /** The position of the last snapshot that has not seen the sequence; one that is damaged counts as if it had. */
    private long startOf(final long sequence) {
        final ProducerSnapshot snapshot = new ProducerSnapshot();
        try {
            final List<Long> positions = snapshots.list();
            int low = 0;
            int high = positions.size();
            while (low < high) {
                final int middle = (low + high) >>> 1;
                if (snapshots.load(positions.get(middle), snapshot)
                        && snapshot.table().lastSequence(producerId) < sequence) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? 0 : positions.get(low - 1);
        } catch (final IOException ex) {
            throw LogStore.storageFailure("cannot read the snapshots of the producers", snapshots.path(0), ex);
        }
    }

    /** Enters the segment of a position, or the first one that is left; false behind the last. */
    private boolean enter(final long position) {
        close();
        long base = position & -segmentLength;
        segment = partition.acquire(base);
        while (segment == null && partition.isGone(base)) {
            base = partition.beginBase();
            segment = partition.acquire(base);
        }
        if (segment == null) {
            return false;
        }
        passedSequence = -1;
        final int target = base < position ? (int) (position - base) : SegmentDescriptor.HEADER_LENGTH;
        // From the first record: compaction may have made one place of several.
        offset = SegmentWalk.seek(segment, SegmentDescriptor.HEADER_LENGTH, target);
        return true;
    }

    private long walk(final long sequence) {
        final UnsafeBuffer buffer = segment.buffer();
        while (!SegmentWalk.isEnd(buffer, offset)) {
            final int length = buffer.getIntVolatile(offset);
            final boolean isDamaged = length <= 0 && isDamaged();
            if (length == 0 && !isDamaged) {
                // A claim in front of it whose length is about to be written, since the record that is looked for is
                // there.
                return Outcome.BACK_PRESSURED;
            }
            if (isDamaged || SegmentWalk.isNoRecord(Math.abs(length), segmentLength - offset)) {
                offset = search.nextIntact(buffer, offset + RecordDescriptor.ALIGNMENT, segment.basePosition());
                continue;
            }
            if (length > 0 && isOurs(buffer)) {
                final long current = RecordDescriptor.sequence(buffer, offset);
                if (current > sequence) {
                    return Outcome.NOT_KEPT;
                }
                passedSequence = current;
            }
            final int recordOffset = offset;
            offset += RecordDescriptor.align(Math.abs(length));
            if (passedSequence == sequence) {
                return segment.basePosition() + recordOffset;
            }
        }
        return NOT_HERE;
    }

    private boolean isDamaged() {
        final long address = segment.address(offset);
        return segment.basePosition() + offset < partition.committedPosition()
                        // Once more, since it may have been committed just now.
                        && RecordMemory.length(address) <= 0
                || RecordMemory.isNoClaim(address, segmentLength - offset);
    }

    private boolean isOurs(final UnsafeBuffer buffer) {
        return !RecordKind.isHidden(RecordDescriptor.kind(buffer, offset))
                && RecordDescriptor.producerId(buffer, offset) == producerId;
    }

    /** Gives the mapping back. */
    void close() {
        final Segment current = segment;
        segment = null;
        if (current != null) {
            current.release();
        }
    }
}
