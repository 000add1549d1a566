package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.LatestKeys;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentRewriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;

/**
 * Drops from a partition what later records of the same key have replaced. One thread.
 *
 * <p>Segments are full and settled before they are looked at: whatever cut a store is opened with after a loss of power, it
 * lies behind them, so no record is dropped in favour of one that is lost. The segments that are <em>new</em> since the last
 * time give the latest positions; they and all before them are then written anew, oldest first. So when a tombstone goes, the
 * records that it deleted are gone already, whenever the process is killed. Each segment says in its index up to where its
 * records were compared with later ones: that is all there is to remember.
 */
final class PartitionCompaction {
    /** Bounds the time of a pass and what it maps at once. */
    private static final int MAX_NEW_SEGMENTS = 256;

    /** 24 bytes of heap each, at worst. */
    private static final int MAX_KEYS = 8 * 1024 * 1024;

    private static final long UNKNOWN = -1;

    /** New segments are worth a pass when they are this part of what it would have to read. */
    private static final int WORTH_SHARE = 3;

    private final LogPartition partition;
    private final SegmentFiles files;
    private final SegmentRewriter rewriter;

    private long liveLength = UNKNOWN;

    PartitionCompaction(final LogPartition partition, final SegmentFiles files) {
        this.partition = partition;
        this.files = files;
        this.rewriter = new SegmentRewriter(files);
    }

    /**
     * Does a pass, if it is worth it.
     *
     * @param nowNs     of the store's clock, ns since the epoch.
     * @param isWanted  asked between segments: false breaks the pass off.
     * @return number of segments that were written anew.
     * @throws IOException when one cannot be written; all is as it was but for segments done before.
     */
    int compact(final long nowNs, final BooleanSupplier isWanted) throws IOException {
        final List<Long> settled = settledBases();
        final int firstNew = firstNew(settled);
        final int newCount = settled.size() - firstNew;
        if (newCount == 0
                || !isWorthIt((long) newCount * files.segmentLength(), settled.subList(0, firstNew), isWanted)) {
            return 0;
        }
        try (LatestKeys keys = new LatestKeys(files, MAX_KEYS)) {
            int end = firstNew;
            while (end < settled.size() && end - firstNew < MAX_NEW_SEGMENTS && keys.hasRoom()) {
                if (!isWanted.getAsBoolean()) {
                    return 0;
                }
                keys.add(files.open(settled.get(end), true));
                end++;
            }
            final long newBase = settled.get(firstNew);
            final long compactedTo = settled.get(end - 1) + files.segmentLength();
            // From then on nobody finds out from the records alone what the last sequence of each producer was.
            if (!files.producerSnapshots().force(compactedTo)) {
                return 0;
            }
            final long tombstoneRetentionNs = partition.owner().spec().tombstoneRetentionNs();
            final Pass pass = new Pass(keys, newBase, nowNs - tombstoneRetentionNs);
            return rewrite(settled.subList(0, end), pass, compactedTo, isWanted);
        }
    }

    private List<Long> settledBases() {
        final long end = partition.settledPosition();
        final List<Long> bases = new ArrayList<>();
        for (final long base : files.list()) {
            if (base >= partition.beginBase() && base + files.segmentLength() <= end) {
                bases.add(base);
            }
        }
        return bases;
    }

    /** New segments are the last ones: each pass goes up to a segment's end. */
    private int firstNew(final List<Long> bases) {
        int first = bases.size();
        while (first > 0 && compactedTo(bases.get(first - 1)) == 0) {
            first--;
        }
        return first;
    }

    private long compactedTo(final long base) {
        final Segment segment = files.open(base, true);
        try {
            return rewriter.compactedTo(segment);
        } finally {
            segment.release();
        }
    }

    private boolean isWorthIt(final long newLength, final List<Long> others, final BooleanSupplier isWanted) {
        if (liveLength == UNKNOWN) {
            long sum = 0;
            for (final long base : others) {
                if (!isWanted.getAsBoolean()) {
                    return false;
                }
                sum += liveLength(base);
            }
            liveLength = sum;
        }
        return newLength >= liveLength / WORTH_SHARE;
    }

    private long liveLength(final long base) {
        final Segment segment = files.open(base, true);
        try {
            return rewriter.liveLength(segment);
        } finally {
            segment.release();
        }
    }

    private int rewrite(final List<Long> bases, final Pass pass, final long compactedTo, final BooleanSupplier isWanted)
            throws IOException {
        liveLength = UNKNOWN;
        long live = 0;
        int count = 0;
        for (final long base : bases) {
            if (!isWanted.getAsBoolean()) {
                return count;
            }
            final Segment segment = files.open(base, false);
            final boolean isReplaced;
            try {
                isReplaced = rewriter.rewrite(segment, pass, compactedTo) && partition.replace(base);
            } finally {
                segment.release();
            }
            live += rewriter.liveLength();
            count += isReplaced ? 1 : 0;
        }
        liveLength = live;
        return count;
    }

    /** Which records stay in one pass. */
    private static final class Pass implements SegmentRewriter.Selection {
        private final LatestKeys keys;
        private final long newBase;
        private final long tombstonesFromNs;

        Pass(final LatestKeys keys, final long newBase, final long tombstonesFromNs) {
            this.keys = keys;
            this.newBase = newBase;
            this.tombstonesFromNs = tombstonesFromNs;
        }

        @Override
        public boolean isLive(final DirectBuffer buffer, final int offset, final long position) {
            if (!LatestKeys.isKeyed(buffer, offset)) {
                return true;
            }
            final long latest = keys.latest(buffer, offset);
            // In older segments a key without a new record was compared before.
            final boolean isLatest = latest == position || latest == 0 && position < newBase;
            return isLatest && !isOldTombstone(buffer, offset);
        }

        private boolean isOldTombstone(final DirectBuffer buffer, final int offset) {
            return RecordDescriptor.kind(buffer, offset) == RecordKind.TOMBSTONE
                    && RecordDescriptor.logTimeNs(buffer, offset) < tombstonesFromNs;
        }
    }
}
