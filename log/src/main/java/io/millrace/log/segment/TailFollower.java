package io.millrace.log.segment;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks behind the appenders of a partition and fills the checksum slots of what they have committed, in order, so that
 * they need not, and writes the time index of each segment that it comes to the end of. All records before
 * {@link #position()} have their checksum. It stops at a claim that is not committed
 * and goes on behind it later. One thread.
 */
public final class TailFollower implements AutoCloseable {
    private final SegmentCache cache;
    private final int segmentLength;
    private final RecordChecksum checksum = new RecordChecksum();
    private final SegmentIndex index;
    private boolean isIndexing;
    private Segment segment;
    private long clock = SegmentIndex.NO_CLOCK;
    private volatile long position;

    /**
     * Creates a follower that stands nowhere yet.
     *
     * @param cache         to find segments in.
     * @param segmentLength of all of them.
     */
    public TailFollower(final SegmentCache cache, final int segmentLength) {
        this.cache = cache;
        this.segmentLength = segmentLength;
        this.index = new SegmentIndex(segmentLength);
    }

    /**
     * Tells how far the follower is.
     *
     * @return byte position of the first record that it has not seen.
     */
    public long position() {
        return position;
    }

    /**
     * Tells the partition's clock at the position. For the follower's thread only.
     *
     * @return ns since the epoch, or {@link SegmentIndex#NO_CLOCK}.
     */
    public long clock() {
        return clock;
    }

    /**
     * Sets where to start.
     *
     * @param newPosition of a record, or of the place where one will be.
     */
    public void position(final long newPosition) {
        leave();
        position = newPosition;
    }

    /**
     * Fills the slots of committed records.
     *
     * @param lastBase base position of the last segment that appenders are in.
     * @param limit    bytes to walk, about.
     * @return whether there may be more to do at once, since the limit was reached.
     */
    public boolean follow(final long lastBase, final long limit) {
        final long end = position + limit;
        while (position < end) {
            if (!enter(lastBase) || !walk(end)) {
                return false;
            }
        }
        return true;
    }

    /** Makes sure that the segment of the position is held, the next one when the position is behind all its records. */
    private boolean enter(final long lastBase) {
        final long base = position & -segmentLength;
        if (segment == null || segment.basePosition() != base) {
            leave();
            segment = base > lastBase ? null : cache.acquire(base);
            position = Math.max(position, base + SegmentDescriptor.HEADER_LENGTH);
            if (segment != null) {
                beginIndex(base);
            }
        }
        return segment != null;
    }

    /** Takes the clock from the segment before, and what lies before the position from this one. */
    private void beginIndex(final long base) {
        isIndexing = false;
        final Segment before = base < segmentLength ? null : cache.acquire(base - segmentLength);
        // Without the index of the one before this one gets none either, until the owner opens the store again.
        isIndexing = before == null || index.load(before);
        if (before == null) {
            index.reset(SegmentIndex.NO_CLOCK);
        } else {
            before.release();
            index.reset(index.clock());
        }
        final UnsafeBuffer buffer = segment.buffer();
        final int end = (int) (position - base);
        int offset = SegmentDescriptor.HEADER_LENGTH;
        while (isIndexing && offset < end) {
            index.add(buffer, offset);
            offset += RecordDescriptor.align(buffer.getIntVolatile(offset));
        }
    }

    /** Goes on in one segment; false when it meets a place that is not committed. */
    private boolean walk(final long end) {
        final UnsafeBuffer buffer = segment.buffer();
        final long base = segment.basePosition();
        int offset = (int) (position - base);
        while (!SegmentWalk.isEnd(buffer, offset)) {
            final int length = buffer.getIntVolatile(offset);
            if (length <= 0) {
                return false;
            }
            if (RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING) {
                checksum.fill(buffer, offset, length, base + offset);
                clock = Math.max(clock, RecordDescriptor.logTimeNs(buffer, offset));
            }
            if (isIndexing) {
                index.add(buffer, offset);
            }
            offset += RecordDescriptor.align(length);
            position = base + offset;
            if (position >= end) {
                return true;
            }
        }
        if (isIndexing) {
            index.store(segment);
        }
        position = base + segmentLength;
        return true;
    }

    private void leave() {
        if (segment != null) {
            segment.release();
            segment = null;
        }
    }

    /** Gives the mapping back; a second call does nothing. */
    @Override
    public void close() {
        leave();
    }

    @Override
    public String toString() {
        return "TailFollower{position=" + position + '}';
    }
}
