package io.millrace.log;

import io.millrace.log.segment.ProducerSnapshot;
import io.millrace.log.segment.ProducerSnapshots;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentFiles;
import java.io.IOException;

/**
 * Removes whole segments from the begin of a partition, and replaces others. Any thread, one at a time.
 *
 * <p>A segment may go when all that follows from it is kept elsewhere: a durable cut names a position behind it, and a
 * snapshot of the producers at its end or behind is on disk. First the partition's begin moves, so that readers that
 * come now are told; those that are inside keep their mapping. Then, oldest first, each file gets a name that means
 * nothing, and the directory is forced before the next one, so that a crash at any step leaves segments without a hole.
 */
final class SegmentRemoval {
    private final SegmentFiles files;
    private final SegmentCache cache;
    private final ProducerSnapshots snapshots;
    private final PartitionForcing forcing;
    private final int segmentLength;

    private volatile long beginBase;
    private boolean isEnded;

    SegmentRemoval(final SegmentFiles files, final SegmentCache cache, final PartitionForcing forcing) {
        this.files = files;
        this.cache = cache;
        this.snapshots = files.producerSnapshots();
        this.forcing = forcing;
        this.segmentLength = files.segmentLength();
    }

    /** Sets where the first segment starts. */
    void start(final long newBeginBase) {
        beginBase = newBeginBase;
    }

    /** Where the first segment starts that is not removed. Written before any file of those before it is touched. */
    long beginBase() {
        return beginBase;
    }

    /**
     * Removes segments that end at or before a position, as far as they may go.
     *
     * @param position   first byte to keep.
     * @param activeBase of the segment that is appended to.
     * @return whether any was removed.
     */
    synchronized boolean removeBefore(final long position, final long activeBase) throws IOException {
        final long limit = Math.min(activeBase, forcing.namedPosition() & -segmentLength);
        final long newBase = Math.min(limit, position & -segmentLength);
        if (isEnded || newBase <= beginBase || !forceSnapshot(newBase, limit)) {
            return false;
        }
        beginBase = newBase;
        // The list, not a count: what an earlier attempt could not remove is still there.
        for (final long base : files.list()) {
            if (base < newBase) {
                files.remove(base);
                cache.forget(base);
            }
        }
        snapshots.delete(0, newBase);
        return true;
    }

    /** Makes sure that recovery will not need what is before a segment. */
    private boolean forceSnapshot(final long newBase, final long limit) throws IOException {
        for (final long position : snapshots.list()) {
            // Not one at a tail: the next one replaces it.
            final boolean isSegmentEnd = (position & (segmentLength - 1)) == 0;
            if (position >= newBase && position <= limit && isSegmentEnd && snapshots.force(position)) {
                return true;
            }
        }
        return false;
    }

    /** Puts a segment that was written anew in the place of the old one, unless that was removed meanwhile. */
    synchronized boolean replace(final long base) throws IOException {
        if (isEnded || base < beginBase) {
            files.dropReplacement(base);
            return false;
        }
        files.replace(base);
        cache.forget(base);
        return true;
    }

    /** The clock at the end of the oldest segment; {@link Long#MAX_VALUE} when it is not known. */
    long clockOfOldest() throws IOException {
        final ProducerSnapshot snapshot = new ProducerSnapshot();
        return snapshots.load(beginBase + segmentLength, snapshot) ? snapshot.clock() : Long.MAX_VALUE;
    }

    /** Waits for the removal under way, and allows no more: the directory is about to be given up. */
    synchronized void end() {
        isEnded = true;
    }
}
