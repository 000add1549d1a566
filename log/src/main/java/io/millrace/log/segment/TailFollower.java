package io.millrace.log.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks behind the appenders of a partition and fills the checksum slots of what they have committed, in order, so that
 * they need not, writes the time index of each segment that it comes to the end of, and keeps account of the producers
 * that it passes. All records before {@link #position()} have their checksum. It stops at a claim that is not committed
 * and goes on behind it later. One thread; any thread may ask for the position.
 */
public final class TailFollower implements AutoCloseable {
    private static final VarHandle POSITION;

    static {
        try {
            POSITION = MethodHandles.lookup().findVarHandle(TailFollower.class, "position", long.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final SegmentCache cache;
    private final int segmentLength;
    private final Listener listener;
    private final ProducerTable producers = new ProducerTable();
    private final RecordChecksum checksum = new RecordChecksum();
    private final SegmentIndex index;
    private boolean isIndexing;
    private boolean splitsBatches;
    private Segment segment;
    private long clock = SegmentIndex.NO_CLOCK;

    @SuppressWarnings("FieldMayBeFinal")
    private volatile long position;

    /** Told of what the follower passes; on its thread. */
    public interface Listener {
        /** Listens to nothing. */
        Listener NONE = new Listener() {
            @Override
            public void onSegmentEnd(final long endPosition, final ProducerTable producers, final long clock) {}

            @Override
            public void onEpoch(final int producerId, final int epoch, final long lastSequence) {}
        };

        /**
         * The follower has come to the end of a segment, whose index is written.
         *
         * @param endPosition where the next segment starts.
         * @param producers   as of there, valid during the call.
         * @param clock       of the partition there.
         */
        void onSegmentEnd(long endPosition, ProducerTable producers, long clock);

        /**
         * The follower has come to a record that begins an epoch.
         *
         * @param producerId   whose epoch it is.
         * @param epoch        that begins.
         * @param lastSequence of the producer before it, {@link ProducerTable#NO_SEQUENCE} for none.
         */
        void onEpoch(int producerId, int epoch, long lastSequence);
    }

    /**
     * Creates a follower that stands nowhere yet.
     *
     * @param cache         to find segments in.
     * @param segmentLength of all of them.
     * @param listener      told of what it passes.
     */
    public TailFollower(final SegmentCache cache, final int segmentLength, final Listener listener) {
        this.listener = listener;
        this.cache = cache;
        this.segmentLength = segmentLength;
        this.index = new SegmentIndex(segmentLength);
    }

    /**
     * Tells how far the follower is.
     *
     * @return byte position of the first record that it has not seen; all before it are committed and have their checksum.
     */
    public long position() {
        return position;
    }

    /**
     * Sets where to start.
     *
     * @param newPosition  of a record, or of the place where one will be.
     * @param newProducers as of there, copied.
     * @param newClock     of the partition there.
     */
    public void start(final long newPosition, final ProducerTable newProducers, final long newClock) {
        leave();
        producers.set(newProducers);
        clock = newClock;
        position = newPosition;
    }

    /**
     * Says whether the position may come to lie within a batch, as in a copy that is made record by record.
     *
     * @param splits true when it may; false unless set.
     */
    public void splitsBatches(final boolean splits) {
        splitsBatches = splits;
    }

    /**
     * The producers as of the position.
     *
     * @return table that changes as the follower goes on; for its thread only.
     */
    public ProducerTable producers() {
        return producers;
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
     * Fills the slots of committed records.
     *
     * @param lastBase base position of the last segment that appenders are in.
     * @param limit    bytes to walk, about.
     * @return whether there may be more to do at once, since the limit was reached.
     * @throws MillraceException CORRUPT at a header that cannot be true.
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
            advance(Math.max(position, base + SegmentDescriptor.HEADER_LENGTH));
            if (segment != null) {
                beginIndex(base);
            }
        }
        return segment != null;
    }

    /** Takes what lies before the position in this segment. */
    private void beginIndex(final long base) {
        final int end = (int) (position - base);
        isIndexing = end == SegmentDescriptor.HEADER_LENGTH || loadClockBefore(base);
        index.reset(end == SegmentDescriptor.HEADER_LENGTH ? clock : index.clock());
        final UnsafeBuffer buffer = segment.buffer();
        int offset = SegmentDescriptor.HEADER_LENGTH;
        while (isIndexing && offset < end) {
            final int length = buffer.getIntVolatile(offset);
            if (length > 0 && SegmentSearch.isPlausible(buffer, offset, length)) {
                index.add(buffer, offset);
                offset += RecordDescriptor.align(length);
            } else {
                // Damage, since all before the position was committed: for readers to report, an index would hide it.
                isIndexing = false;
            }
        }
    }

    /** Finds the clock where a segment starts, in the index of the one before; without that, this one gets none either. */
    private boolean loadClockBefore(final long base) {
        final Segment before = base < segmentLength ? null : cache.acquire(base - segmentLength);
        if (before == null) {
            index.reset(SegmentIndex.NO_CLOCK);
            return base < segmentLength;
        }
        try {
            return index.load(before);
        } finally {
            before.release();
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
                if (RecordMemory.isNoClaim(segment.address(offset), segmentLength - offset)) {
                    throw damaged(base + offset, length);
                }
                return false;
            }
            if (!SegmentSearch.isPlausible(buffer, offset, length)) {
                throw damaged(base + offset, length);
            }
            final byte kind = RecordDescriptor.kind(buffer, offset);
            boolean hasMore = false;
            if (kind != RecordKind.PADDING) {
                hasMore = !splitsBatches && RecordDescriptor.hasMore(buffer, offset);
                checksum.fill(buffer, offset, length, base + offset);
                account(buffer, offset, kind, base + offset);
            }
            if (isIndexing) {
                index.add(buffer, offset);
            }
            offset += RecordDescriptor.align(length);
            // Never between two records of a batch: what is forced and named ends at the position.
            if (!hasMore) {
                advance(base + offset);
                if (base + offset >= end) {
                    return true;
                }
            }
        }
        if (isIndexing) {
            index.store(segment);
        }
        advance(base + segmentLength);
        listener.onSegmentEnd(base + segmentLength, producers, clock);
        return true;
    }

    private static MillraceException damaged(final long recordPosition, final int length) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "a record header was damaged after it was written: position=" + recordPosition + " length=" + length
                        + "; nothing behind it is checked or forced until the store is opened again");
    }

    private void account(final UnsafeBuffer buffer, final int offset, final byte kind, final long recordPosition) {
        final int producerId = RecordDescriptor.producerId(buffer, offset);
        if (kind == RecordKind.PRODUCER) {
            final int epoch = buffer.getInt(offset + RecordDescriptor.HEADER_LENGTH, LITTLE_ENDIAN);
            producers.onEpoch(producerId, epoch, recordPosition);
            listener.onEpoch(producerId, epoch, producers.lastSequence(producerId));
            return;
        }
        clock = Math.max(clock, RecordDescriptor.logTimeNs(buffer, offset));
        if (producerId != 0) {
            producers.onRecord(producerId, RecordDescriptor.sequence(buffer, offset), recordPosition);
        }
    }

    /** Pairs with the volatile read of those who ask how far the follower is: the checksums are stored before. */
    private void advance(final long newPosition) {
        POSITION.setRelease(this, newPosition);
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
