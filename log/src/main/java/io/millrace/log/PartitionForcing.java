package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import java.io.IOException;

/**
 * How much of a partition is on disk. The forcer's thread moves it on in four steps: it <em>marks</em> a position, up to
 * which all is committed and has its checksum; it <em>forces</em> the bytes before the mark; a manifest <em>names</em> the
 * mark; and what may be claimed to survive a loss of power becomes <em>durable</em>. Any thread may ask for the positions.
 */
final class PartitionForcing {
    /** Bytes forced in one go, so that an acknowledgement never waits for the bulk of another topic. */
    private static final int MAX_FORCE_LENGTH = 8 * 1024 * 1024;

    private static final int PAGE_LENGTH = 4096;

    private final SegmentFiles files;
    private final SegmentCache cache;

    private long markedPosition;
    private long markedClock;
    private volatile int markCount;
    private volatile long namedPosition;
    private volatile long settledPosition;
    private volatile long forcedPosition;
    private volatile long durablePosition;

    PartitionForcing(final SegmentFiles files, final SegmentCache cache) {
        this.files = files;
        this.cache = cache;
    }

    /** Starts where the bytes before a position are known to be on disk. */
    void start(final long position, final long clock) {
        markedPosition = position;
        markedClock = clock;
        namedPosition = position;
        settledPosition = 0;
        forcedPosition = position;
        durablePosition = position;
    }

    /** Marks a position; one before the last mark is left out, as a follower may start behind what was named before. */
    void mark(final long position, final long clock) {
        if (position > markedPosition) {
            markedPosition = position;
            markedClock = Math.max(markedClock, clock);
            markCount = markCount + 1;
        }
    }

    /** How often a new position was marked, and so is forced; begins anew after the greatest number. Any thread. */
    int markCount() {
        return markCount;
    }

    long markedPosition() {
        return markedPosition;
    }

    long markedClock() {
        return markedClock;
    }

    boolean isMarkForced() {
        return forcedPosition == markedPosition;
    }

    boolean isMarkNamed() {
        return namedPosition == markedPosition;
    }

    /**
     * Forces the next bytes before the mark.
     *
     * @throws IOException when the device refuses: nothing of the store may be forced after that.
     */
    void forceNext() throws IOException {
        final long from = forcedPosition;
        final int segmentLength = files.segmentLength();
        final long base = from & -segmentLength;
        final long segmentEnd = base + segmentLength;
        final long to = Math.min(Math.min(markedPosition, segmentEnd), from + MAX_FORCE_LENGTH);
        if (to - base <= SegmentDescriptor.HEADER_LENGTH) {
            // Behind the end of a full segment: the next one may not even exist, and its header is forced with its
            // first bytes.
            forcedPosition = to;
            return;
        }
        final Segment segment = acquire(base);
        if (segment == null) {
            // Reported when the store was opened. Nobody has written to it since, so there is nothing to force.
            forcedPosition = to;
            return;
        }
        try {
            if (to == segmentEnd) {
                // The end of a segment has been walked over: its index stands in the header page.
                segment.force(0, SegmentDescriptor.HEADER_LENGTH);
            }
            final int offset = (int) (from - base);
            // The header page of a new segment has never been forced.
            final int start = offset <= SegmentDescriptor.HEADER_LENGTH ? 0 : offset & -PAGE_LENGTH;
            segment.force(start, (int) (to - base));
        } catch (final IOException ex) {
            throw new IOException(files.owner() + " file=" + files.path(base) + " cause=" + ex.getMessage(), ex);
        } finally {
            segment.release();
        }
        forcedPosition = to;
    }

    private Segment acquire(final long base) {
        try {
            return cache.acquire(base);
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.CORRUPT) {
                throw ex;
            }
            return null;
        }
    }

    /** Says that a manifest on disk names the mark. */
    void onNamed() {
        settledPosition = namedPosition;
        namedPosition = markedPosition;
    }

    /** The position that both manifests on disk name or pass: whichever is used, nothing before it is walked again. */
    long settledPosition() {
        return settledPosition;
    }

    /** Lets the durable position follow: to what is forced, or to what is named. It never goes back. */
    void publish(final boolean isNamedOnly) {
        final long position = isNamedOnly ? namedPosition : forcedPosition;
        if (position > durablePosition) {
            durablePosition = position;
        }
    }

    /** What the newest manifest names: recovery after a loss of power begins there at the latest. */
    long namedPosition() {
        return namedPosition;
    }

    long forcedPosition() {
        return forcedPosition;
    }

    long durablePosition() {
        return durablePosition;
    }

    @Override
    public String toString() {
        return "PartitionForcing{marked=" + markedPosition + ", forced=" + forcedPosition + ", named=" + namedPosition
                + ", durable=" + durablePosition + '}';
    }
}
