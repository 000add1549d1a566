package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentDescriptor;

/**
 * Copies the records of a partition of another store into one of this store, each to the same position, with the same header, key,
 * value and checksum. Both have segments of the same length. What readers do not see there (the ends of segments, claims that were
 * given up, the log's own records) is padding here, so a position means the same in both. One thread.
 *
 * <p>After a crash the copy ends behind its last whole record: a copy that was cut short leaves nothing, and comes again. Whoever
 * feeds this asks for what comes from {@link #position()} on.
 *
 * <p>No call blocks, allocates or takes a lock.
 */
public final class MirrorAppender implements AutoCloseable {
    private final LogPartition partition;
    private final RecordWriter writer;
    private final RecordChecksum checksum = new RecordChecksum();
    private final int segmentLength;
    private long position;
    private boolean isClosed;

    MirrorAppender(final LogPartition partition, final RecordWriter writer) {
        this.partition = partition;
        this.writer = writer;
        this.segmentLength = partition.segmentLength();
        this.position = recordPosition(partition.tailPosition());
    }

    /**
     * Tells where the next record goes, or a later one.
     *
     * @return byte position; all that readers see before it was copied.
     */
    public long position() {
        return position;
    }

    /**
     * Copies a record to where it stands in its own partition, and pads what is left out before it.
     *
     * @param record of the other store, anywhere in memory, with the position that it has there.
     * @return its position; {@link Outcome#DUPLICATE} when it lies before {@link #position()}; {@link Outcome#BACK_PRESSURED} or
     *         {@link Outcome#STORAGE_FULL} while there is no segment for it; {@link Outcome#CLOSED}.
     * @throws MillraceException CORRUPT when it is none that can stand there: its checksum is wrong, its header cannot be true, it
     *                           would overlap what is there, or cross the end of a segment. Nothing is copied then. STORAGE_FAILED.
     */
    public long append(final RecordFlyweight record) {
        if (isClosed) {
            return Outcome.CLOSED;
        }
        final long target = record.position();
        if (target < position) {
            return Outcome.DUPLICATE;
        }
        final int value = check(record);
        final long outcome = padTo(target);
        if (outcome < 0) {
            return outcome;
        }
        final long copied = writer.copy(record.buffer(), record.offset(), record.length(), value);
        if (copied < 0) {
            return copied;
        }
        if (copied != target) {
            throw refusal(record, "another position is next: position=" + copied);
        }
        position = recordPosition(record.nextPosition());
        return target;
    }

    /**
     * Goes on to a position before which the other partition holds nothing more that readers see.
     *
     * @param newPosition of the next record there, or where one will be; one before {@link #position()} changes nothing.
     * @return the position; or a negative outcome as {@link #append} has them.
     * @throws MillraceException CORRUPT when no record can begin there.
     */
    public long advance(final long newPosition) {
        if (isClosed) {
            return Outcome.CLOSED;
        }
        final long target = recordPosition(newPosition);
        if (target <= position) {
            return position;
        }
        checkGap(target);
        final long outcome = padTo(target);
        return outcome < 0 ? outcome : position;
    }

    /** Lets another appender be opened; a second call does nothing. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            partition.closeMirror();
        }
    }

    @Override
    public String toString() {
        return "MirrorAppender{topic=" + partition.topic() + ", partition=" + partition.index() + ", position="
                + position + '}';
    }

    /** Where the next record stands when all before a position is there: behind the end of a segment in the next one. */
    private long recordPosition(final long next) {
        final long base = next & -segmentLength;
        if (base + segmentLength - next < RecordDescriptor.HEADER_LENGTH) {
            return base + segmentLength + SegmentDescriptor.HEADER_LENGTH;
        }
        return Math.max(next, base + SegmentDescriptor.HEADER_LENGTH);
    }

    /** Refuses a record that cannot stand where it says; its checksum otherwise. */
    private int check(final RecordFlyweight record) {
        final int length = record.length();
        final int offset = (int) (record.position() & (segmentLength - 1));
        if (length < RecordDescriptor.HEADER_LENGTH || length > segmentLength - offset) {
            throw refusal(record, "its length would cross the end of a segment: segmentLength=" + segmentLength);
        }
        if (offset < SegmentDescriptor.HEADER_LENGTH || offset % RecordDescriptor.ALIGNMENT != 0) {
            throw refusal(record, "no record begins there");
        }
        if (!RecordKind.isKnown(record.kind()) || RecordKind.isHidden(record.kind())) {
            throw refusal(record, "records of this kind are not copied");
        }
        if (record.keyLength() > length - RecordDescriptor.HEADER_LENGTH) {
            throw refusal(record, "its key is longer than the record");
        }
        final int computed = checksum.compute(record.buffer(), record.offset(), length, record.position());
        if (record.crc() != RecordChecksum.UNFILLED && record.crc() != computed) {
            throw refusal(record, "its checksum is wrong");
        }
        checkGap(record.position());
        return computed;
    }

    /** What is left out consists of records that are longer than a header, or reaches to the end of the segment. */
    private void checkGap(final long target) {
        final long gap = target - position;
        if (gap > 0 && gap < RecordDescriptor.HEADER_LENGTH) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "what comes next cannot begin there: topic=" + partition.topic() + " partition=" + partition.index()
                            + " position=" + target + " mirrored up to=" + position);
        }
    }

    private long padTo(final long target) {
        while (position < target) {
            final long end = (position & -segmentLength) + segmentLength;
            final long outcome = writer.pad((int) (Math.min(target, end) - position));
            if (outcome < 0) {
                return outcome;
            }
            position = recordPosition(Math.min(target, end));
        }
        return position;
    }

    private MillraceException refusal(final RecordFlyweight record, final String why) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "a record cannot be mirrored, " + why + "; topic=" + partition.topic() + " partition="
                        + partition.index() + " mirrored up to=" + position + ' ' + record);
    }
}
