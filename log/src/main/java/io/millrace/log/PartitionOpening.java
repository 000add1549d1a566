package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentRecovery;
import java.io.IOException;
import java.util.List;

/** Makes the files of a new partition, or finds the tail of one that exists and repairs it. Used once, by one thread. */
final class PartitionOpening {
    private static final long NONE = -1;

    private final SegmentFiles files;
    private final PartitionProducers producers;
    private final SegmentRecovery recovery;

    private Segment tail;
    private long logTimeNs = Long.MIN_VALUE;
    private long firstWithoutChecksum = NONE;

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

    /** Finds the tail and repairs what threads left unfinished. */
    void recover() throws IOException {
        files.deleteTemporary();
        final List<Long> bases = files.list();
        final int lastIndex = lastNonEmpty(bases);
        for (int i = 0; i < lastIndex; i++) {
            final Segment segment = files.open(bases.get(i), false);
            try {
                recovery.recover(segment, false);
            } finally {
                segment.release();
            }
        }
        tail = files.open(bases.get(lastIndex), false);
        try {
            tail.tailOffset(recovery.recover(tail, true));
        } catch (final MillraceException ex) {
            tail.release();
            throw ex;
        }
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
        logTimeNs = Math.max(logTimeNs, record.logTimeNs());
        if (firstWithoutChecksum == NONE && record.crc() == RecordChecksum.UNFILLED) {
            firstWithoutChecksum = record.position();
        }
        if (record.producerId() != 0) {
            producers.onRecovered(record.producerId(), record.sequence());
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

    /** Where checksums are still to be filled. */
    long followFrom() {
        return firstWithoutChecksum == NONE ? tailPosition() : firstWithoutChecksum;
    }

    PartitionRecovery report() {
        return new PartitionRecovery(
                files.owner(), tailPosition(), recovery.recordCount(), recovery.paddedCount(), recovery.paddedLength());
    }
}
