package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.ProducerSnapshot;
import io.millrace.log.segment.ProducerTable;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentRecovery;
import io.millrace.log.segment.TailFollower;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;

/** Makes the files of a new partition, or finds the tail of one that exists and repairs it. Used once, by one thread. */
final class PartitionOpening {
    private final SegmentFiles files;
    private final PartitionProducers producers;
    private final SegmentRecovery recovery;

    private final ProducerTable producersAtTail = new ProducerTable();

    private ProducerSnapshot snapshot = new ProducerSnapshot();
    private Segment tail;
    private long logTimeNs = Long.MIN_VALUE;

    PartitionOpening(final SegmentFiles files, final PartitionProducers producers) {
        this.files = files;
        this.producers = producers;
        this.recovery = new SegmentRecovery(files, this::onRecord);
    }

    /** Tells where the first segment starts. */
    static long beginBase(final SegmentFiles files) {
        final List<Long> bases = files.list();
        if (bases.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "a partition has no segment: " + files.owner() + "; restore its files from a copy");
        }
        return bases.get(0);
    }

    /** Makes the first segment, over those of an attempt that was cut short, if nothing is in them. */
    void create() throws IOException {
        for (final long base : files.list()) {
            if (!files.isBlank(base)) {
                throw new MillraceException(
                        ErrorCode.CORRUPT,
                        "a topic that does not exist has records: " + files.owner() + " file=" + files.path(base)
                                + "; restore the topic's properties file from a copy, or move the directory away");
            }
        }
        files.prepare(0);
        tail = files.openPrepared(0);
    }

    /**
     * Finds the tail and repairs what threads left unfinished. The walk starts behind the newest snapshot of the producers:
     * all before it is committed and has its checksum.
     */
    void recover() throws IOException {
        files.deleteTemporary();
        final List<Long> bases = files.list();
        snapshot = producers.loadNewest(bases.get(bases.size() - 1) + files.segmentLength());
        producersAtTail.set(snapshot.table());
        logTimeNs = snapshot.clock();
        recovery.start(snapshot.clock());
        final int lastIndex = lastNonEmpty(bases);
        for (int i = 0; i < lastIndex; i++) {
            if (bases.get(i) + files.segmentLength() > snapshot.position()) {
                final Segment segment = files.open(bases.get(i), false);
                try {
                    recovery.recover(segment, startIn(segment), false);
                } finally {
                    segment.release();
                }
            }
        }
        tail = files.open(bases.get(lastIndex), false);
        try {
            tail.tailOffset(recovery.recover(tail, startIn(tail), true));
            producers.start(producersAtTail, tailPosition());
        } catch (final IOException | MillraceException ex) {
            tail.release();
            throw ex;
        }
    }

    /** The offset that the walk starts at in a segment: the first record's, its length when the snapshot covers all of it. */
    private int startIn(final Segment segment) {
        final long offset = snapshot.position() - segment.basePosition();
        return (int) Math.max(SegmentDescriptor.HEADER_LENGTH, Math.min(offset, segment.length()));
    }

    private int lastNonEmpty(final List<Long> bases) {
        int index = bases.size() - 1;
        while (index > 0) {
            final Segment segment = files.open(bases.get(index), false);
            final boolean isEmpty = SegmentRecovery.isEmpty(segment);
            segment.release();
            if (!isEmpty) {
                break;
            }
            index--;
        }
        return index;
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.kind() == RecordKind.PRODUCER) {
            final int epoch = record.buffer().getInt(record.valueOffset(), ByteOrder.LITTLE_ENDIAN);
            producersAtTail.onEpoch(record.producerId(), epoch, record.position());
            return;
        }
        logTimeNs = Math.max(logTimeNs, record.logTimeNs());
        if (record.producerId() != 0) {
            producersAtTail.onRecord(record.producerId(), record.sequence(), record.position());
        }
    }

    /** The segment that appenders go on in, with a reference for the caller. */
    Segment tail() {
        return tail;
    }

    long tailPosition() {
        return tail.basePosition() + tail.tailOffset();
    }

    /** The greatest log time found, or the least of all. */
    long logTimeNs() {
        return logTimeNs;
    }

    /**
     * Puts the follower where the walk started: there its account of the producers is known, and it passes in no time what
     * has its checksum.
     */
    void start(final TailFollower follower, final long beginBase) {
        follower.start(Math.max(beginBase, snapshot.position()), snapshot.table(), snapshot.clock());
    }

    PartitionRecovery report() {
        return new PartitionRecovery(
                files.owner(), tailPosition(), recovery.recordCount(), recovery.paddedCount(), recovery.paddedLength());
    }
}
