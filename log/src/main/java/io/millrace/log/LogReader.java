package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentIndex;
import io.millrace.log.segment.SegmentSearch;
import io.millrace.log.segment.SegmentWalk;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a partition in order, straight from its mapping: no copy, no allocation, no lock. One thread.
 *
 * <p>A reader stops at a claim that is not committed yet and goes on when it is. It may follow an appender of this
 * process or of another.
 */
public final class LogReader implements AutoCloseable {
    private static final VarHandle SEGMENT;

    /** Whoever spins where nothing has come yet must not take the follower's position out of its cache each time. */
    private static final int WAITING_POLLS_MASK = 63;

    static {
        try {
            SEGMENT = MethodHandles.lookup().findVarHandle(LogReader.class, "segment", Segment.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final LogPartition partition;
    private final int segmentLength;
    private final RecordFlyweight flyweight = new RecordFlyweight();

    private Segment segment;
    private SegmentIndex index;
    private long position;
    private boolean hasMoved;

    /** Where nothing was found, and how often in a row. */
    private long waitingPosition = -1;

    private int waitingPolls;

    /** As of the last time when the partition was asked. */
    private long committedPosition;

    // Whoever polls writes it before it reads isClosed, and close() the other way round: one of the two sees the other.
    private volatile Thread pollingThread;
    private volatile boolean isClosed;

    LogReader(final LogPartition partition) {
        this.partition = partition;
        this.segmentLength = partition.segmentLength();
        this.position = partition.beginPosition();
    }

    /**
     * Hands the next records to a handler. Hidden kinds, such as padding, are skipped and not counted.
     *
     * @param handler called for each record. When it throws, the exception goes to the caller and the reader stays at
     *                that record. It may seek or close this reader: polling ends then.
     * @param limit   most records to hand out.
     * @return number of records handed out, 0 when there are none now; {@link Outcome#CLOSED} when the reader or its
     *         store is closed.
     * @throws io.millrace.log.error.PositionGoneException when the reader has fallen behind what was removed. It stays
     *                                                     where it is: {@link #seekToBegin()} goes on at the first record
     *                                                     that is left.
     * @throws io.millrace.log.error.MillraceException     CORRUPT when the header of a segment or of a record cannot be true;
     *                                                     the reader stays there. TOPIC_DELETED when the topic was, as all
     *                                                     calls but {@link #close()} then; in a store opened for reading
     *                                                     only within 100 ms of the first poll that finds nothing.
     */
    public int poll(final RecordHandler handler, final int limit) {
        return poll(handler, limit, Long.MAX_VALUE);
    }

    /**
     * Hands the next records to a handler, as {@link #poll(RecordHandler, int)} does, as far as a position.
     *
     * @param handler     called for each record.
     * @param limit       most records to hand out.
     * @param endPosition where to stop: only records that start before it are handed out. One that starts before it and
     *                    ends behind it is handed out whole.
     * @return number of records handed out; {@link Outcome#CLOSED} when the reader or its store is closed.
     * @throws io.millrace.log.error.MillraceException as {@link #poll(RecordHandler, int)} does.
     */
    public int poll(final RecordHandler handler, final int limit, final long endPosition) {
        if (!open()) {
            return (int) Outcome.CLOSED;
        }
        hasMoved = false;
        int count = 0;
        while (count < limit && position < endPosition && enter()) {
            final Segment current = segment;
            final UnsafeBuffer buffer = current.buffer();
            final long base = current.basePosition();
            final long address = current.address(0);
            final int end = (int) Math.min(segmentLength - RecordDescriptor.HEADER_LENGTH + 1, endPosition - base);
            int offset = (int) (position - base);
            // An offset in these bounds leaves room for a whole header, so the words of it need no check of their own.
            while (offset < end && count < limit) {
                final int length = RecordMemory.length(address + offset);
                if (length <= 0) {
                    return count > 0 ? count : notCommitted(base + offset, address + offset);
                }
                final long kindWord = RecordMemory.kindWord(address + offset);
                checkHeader(base, offset, length, kindWord);
                if (!RecordKind.isHidden(RecordDescriptor.kindOf(kindWord))) {
                    handler.onRecord(
                            flyweight.wrapMapped(buffer, offset, length, base + offset, kindWord, address + offset));
                    count++;
                    if (hasMoved || isClosed) {
                        return count;
                    }
                }
                offset += RecordDescriptor.align(length);
                position = base + offset;
            }
        }
        return count > 0 || limit == 0 ? count : nothing();
    }

    /** Most often nothing has come yet. What was committed and is not any more is damaged: nobody would ever go on behind it. */
    private int notCommitted(final long recordPosition, final long address) {
        if (recordPosition != waitingPosition) {
            waitingPosition = recordPosition;
            waitingPolls = 0;
        }
        if (recordPosition >= committedPosition && (waitingPolls++ & WAITING_POLLS_MASK) == 0) {
            committedPosition = partition.committedPosition();
        }
        if (isNoRecord(recordPosition, address)) {
            throw partition.damaged(recordPosition, "length", RecordMemory.length(address));
        }
        return nothing();
    }

    /** Whether a place whose length is not positive was committed all the same. */
    private boolean isDamaged(final long recordPosition, final long address) {
        committedPosition = partition.committedPosition();
        return isNoRecord(recordPosition, address);
    }

    /** The same as far as this reader knows what is committed. */
    private boolean isNoRecord(final long recordPosition, final long address) {
        // The length once more, since it may have been committed and followed just now.
        return recordPosition < committedPosition && RecordMemory.length(address) <= 0
                || RecordMemory.isNoClaim(address, segmentLength - (int) (recordPosition & segmentLength - 1));
    }

    private int nothing() {
        partition.checkPresent();
        return 0;
    }

    /** A length that is followed without a look would lead to bytes that are no record, or out of the mapping. */
    private void checkHeader(final long base, final int offset, final int length, final long kindWord) {
        final int payloadLength = length - RecordDescriptor.HEADER_LENGTH;
        if (SegmentWalk.isNoRecord(length, segmentLength - offset)) {
            throw partition.damaged(base + offset, "length", length);
        }
        if (RecordDescriptor.keyLengthOf(kindWord) > payloadLength
                && RecordDescriptor.kindOf(kindWord) != RecordKind.PADDING) {
            throw partition.damaged(base + offset, "key length", RecordDescriptor.keyLengthOf(kindWord));
        }
    }

    /**
     * Tells where the reader is.
     *
     * @return byte position of the next record or padding; all before it has been handed out.
     */
    public long position() {
        return position;
    }

    /**
     * Moves the reader. Walks the records of a 256th of a segment, and of all of it in the last one, which has no index yet: that takes
     * time with the segment's length.
     *
     * @param newPosition any byte position: rounded up to the next record, over what is damaged before it, and down to the
     *                    end of what is committed when it lies behind that. Where it lies among what is damaged, down to the
     *                    beginning of that, of which {@link #poll} tells.
     * @throws io.millrace.log.error.PositionGoneException when it lies in a segment that was removed; the reader does not
     *                                                     move.
     */
    public void seek(final long newPosition) {
        if (!open()) {
            return;
        }
        final long target = Math.max(0, Math.min(newPosition, partition.tailPosition()));
        if (!seekTo(target)) {
            partition.checkNotGone(newPosition, target & -segmentLength);
        }
    }

    /** False, and the reader has not moved, when the target lies in a segment that was removed. */
    private boolean seekTo(final long target) {
        final long base = target & -segmentLength;
        final int targetOffset = (int) (target - base);
        if (!moveTo(base)) {
            if (partition.isGone(base)) {
                return false;
            }
            // Not there: the last segment is full, and the target is its end.
            leave();
            moved(target);
            return true;
        }
        final int start = Math.max(SegmentDescriptor.HEADER_LENGTH, nearerStart(base, targetOffset));
        int offset = SegmentWalk.seek(segment, indexedStart(start, targetOffset), targetOffset);
        while (offset < targetOffset && isDamagedHeader(base, offset)) {
            final int next = offsetBehindDamage(base, offset);
            if (next <= offset || next > targetOffset) {
                // The target may be one of the records that are lost: whoever goes on here is told.
                break;
            }
            offset = SegmentWalk.seek(segment, next, targetOffset);
        }
        moved(base + offset);
        return true;
    }

    /** Whether a walk has come to something that is no record where one was committed, and behind which more may be known. */
    private boolean isDamagedHeader(final long base, final int offset) {
        final int length = segment.buffer().getIntVolatile(offset);
        return length <= 0
                ? isDamaged(base + offset, segment.address(offset))
                : SegmentWalk.isNoRecord(length, segmentLength - offset);
    }

    /** The next whole record in the segment, or the end of it or of what is known to be committed; the offset itself when none is known. */
    private int offsetBehindDamage(final long base, final int offset) {
        final int from = offset + RecordDescriptor.ALIGNMENT;
        if (partition.isReadOnly()) {
            return Math.max(offset, new SegmentSearch().nextCertain(segment.buffer(), from, base));
        }
        final long end = Math.min(segmentLength, partition.committedPosition() - base);
        return end <= offset ? offset : new SegmentSearch().nextIntact(segment.buffer(), from, (int) end, base);
    }

    /** Where the walk would be long, from the last place before the target that the segment's index knows. */
    private int indexedStart(final int start, final int targetOffset) {
        if (targetOffset - start <= segmentLength / SegmentIndex.SLOT_COUNT) {
            return start;
        }
        index = index == null ? new SegmentIndex(segmentLength) : index;
        return index.load(segment) ? Math.max(start, index.startBefore(targetOffset)) : start;
    }

    private void moved(final long newPosition) {
        hasMoved = true;
        position = newPosition;
    }

    /** A reader that stands before the target in the same segment walks from there. */
    private int nearerStart(final long base, final int targetOffset) {
        final long offset = position - base;
        return offset <= targetOffset ? (int) Math.max(offset, 0) : 0;
    }

    private boolean moveTo(final long base) {
        if (segment != null && segment.basePosition() == base) {
            return true;
        }
        final Segment target = partition.acquire(base);
        if (target == null) {
            return false;
        }
        leave();
        segment = target;
        return true;
    }

    /**
     * Moves the reader to the first record whose log time is not less than a time; behind the last committed record when
     * all are older. Takes as many steps as it takes to halve the number of segments down to one, and a walk over one 256th of a
     * segment, over all of it when it is the last. What was removed is not looked for.
     *
     * @param logTimeNs ns since the epoch.
     */
    public void seekToLogTime(final long logTimeNs) {
        if (!open()) {
            return;
        }
        index = index == null ? new SegmentIndex(segmentLength) : index;
        long base = firstSegmentNotOlderThan(logTimeNs);
        while (true) {
            if (moveTo(base)) {
                final int start = index.load(segment) ? index.startOf(logTimeNs) : SegmentDescriptor.HEADER_LENGTH;
                final int offset = SegmentWalk.seekTime(segment, start, logTimeNs);
                moved(base + offset);
                if (!SegmentWalk.isEnd(segment.buffer(), offset)) {
                    return;
                }
                base += segmentLength;
            } else if (partition.isGone(base)) {
                // Removed while it was looked for: the first record that is left is younger.
                base = partition.beginBase();
            } else {
                // All are older, and the last segment is full.
                leave();
                moved(base);
                return;
            }
        }
    }

    /**
     * All records of all segments before the one found are older: one without an index, which may be damaged, is not asked, since those
     * behind it know as much.
     */
    private long firstSegmentNotOlderThan(final long logTimeNs) {
        long low = partition.beginPosition() & -segmentLength;
        long high = partition.tailPosition() & -segmentLength;
        while (low < high) {
            final long middle = low + (high - low) / segmentLength / 2 * segmentLength;
            long probe = middle;
            while (probe < high && !loadIndex(probe)) {
                probe += segmentLength;
            }
            if (probe < high && index.clock() < logTimeNs) {
                low = probe + segmentLength;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Null for a segment that is not there, or cannot be opened. */
    private Segment acquireWhole(final long base) {
        try {
            return partition.acquire(base);
        } catch (final MillraceException e) {
            if (e.code() != ErrorCode.CORRUPT) {
                throw e;
            }
            return null;
        }
    }

    /** False for a segment that is not there, cannot be opened, or has no index that can be believed. */
    private boolean loadIndex(final long base) {
        final Segment candidate = acquireWhole(base);
        if (candidate == null) {
            return false;
        }
        try {
            return index.load(candidate);
        } finally {
            candidate.release();
        }
    }

    /** Moves the reader to the first record that is there, over all that was removed. */
    public void seekToBegin() {
        if (open()) {
            // Again while the first segment is removed under our feet.
            while (!seekTo(partition.beginPosition())) {
                Thread.onSpinWait();
            }
        }
    }

    /** Moves the reader behind the last committed record. */
    public void seekToEnd() {
        if (open()) {
            while (!seekTo(partition.tailPosition())) {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * Tells whether all that is committed has been handed out. What is hidden counts as handed out.
     *
     * @return true when a poll now would find nothing; false when it would hand out a record, or tell of a damaged one.
     * @throws io.millrace.log.error.PositionGoneException when the reader has fallen behind what was removed.
     */
    public boolean isAtEnd() {
        if (!open()) {
            return true;
        }
        while (enter()) {
            final UnsafeBuffer buffer = segment.buffer();
            final int offset = (int) (position - segment.basePosition());
            final int length = buffer.getIntVolatile(offset);
            if (length <= 0) {
                if (isDamaged(position, segment.address(offset))) {
                    return false;
                }
                partition.checkPresent();
                return true;
            }
            if (!RecordKind.isHidden(RecordDescriptor.kind(buffer, offset))
                    || SegmentWalk.isNoRecord(length, segmentLength - offset)) {
                return false;
            }
            position += RecordDescriptor.align(length);
        }
        return true;
    }

    /**
     * Moves the reader on from a record whose header is damaged, which {@link #poll} tells of: to the next record in its
     * segment whose checksum is right, or else to the next segment, or behind all that is known to be committed. What lies
     * between is not handed out, since nobody can tell where a record begins there. Takes time with the segment's length.
     *
     * <p>A segment that cannot be opened is passed as a whole.
     *
     * @return false when the reader has not moved: it is closed, or nothing that lies behind it is known to be committed, as
     *         where the damage came about while the store was open and is all that was appended since.
     * @throws io.millrace.log.error.PositionGoneException when the reader has fallen behind what was removed.
     */
    public boolean seekBehindDamage() {
        if (!open()) {
            return false;
        }
        final long next;
        try {
            if (!enter()) {
                return false;
            }
            final long base = segment.basePosition();
            next = base + offsetBehindDamage(base, (int) (position - base));
        } catch (final MillraceException e) {
            if (e.code() != ErrorCode.CORRUPT) {
                throw e;
            }
            return passSegment();
        }
        if (next <= position || (next & segmentLength - 1) == 0 && partition.isReadOnly() && !holdsARecord(next)) {
            return false;
        }
        moved(next);
        return true;
    }

    /** Behind the segment that the reader would enter next. */
    private boolean passSegment() {
        final long next = baseToEnter() + segmentLength;
        if (partition.isReadOnly() ? !holdsARecord(next) : next > partition.committedPosition()) {
            return false;
        }
        leave();
        moved(next);
        return true;
    }

    /** Whether there is a segment, and not only one prepared ahead. */
    private boolean holdsARecord(final long base) {
        final Segment candidate = acquireWhole(base);
        if (candidate == null) {
            // One that cannot be opened holds what nobody can read.
            return partition.segmentPositions().contains(base);
        }
        try {
            return candidate.buffer().getIntVolatile(SegmentDescriptor.HEADER_LENGTH) != 0;
        } finally {
            candidate.release();
        }
    }

    /** Of the segment of the position; at the end of one, of the next. */
    private long baseToEnter() {
        final long remaining = segmentLength - (position & (segmentLength - 1));
        final boolean isAtSegmentEnd = remaining < RecordDescriptor.HEADER_LENGTH;
        return (isAtSegmentEnd ? position + remaining : position) & -segmentLength;
    }

    /** Makes sure that the reader holds the segment of its position; at the end of one, moves on to the next. */
    private boolean enter() {
        Segment current = segment;
        if (current != null) {
            final long offset = position - current.basePosition();
            if (offset >= 0 && segmentLength - offset >= RecordDescriptor.HEADER_LENGTH) {
                return true;
            }
        }
        final long base = baseToEnter();
        current = partition.acquire(base);
        if (current == null) {
            partition.checkNotGone(position, base);
            return false;
        }
        leave();
        segment = current;
        position = Math.max(position, base + SegmentDescriptor.HEADER_LENGTH);
        return true;
    }

    private boolean open() {
        final Thread thread = Thread.currentThread();
        if (pollingThread != thread) {
            pollingThread = thread;
        }
        if (isClosed || partition.isClosed()) {
            leave();
            if (!isClosed) {
                partition.checkNotDeleted();
            }
            return false;
        }
        return true;
    }

    private void leave() {
        // Both a close and the first call on a new thread may come here: only one of them finds the segment.
        final Segment current = (Segment) SEGMENT.getAndSet(this, (Segment) null);
        if (current != null) {
            // A handler that has closed its reader, or moved it, may look at its record all the same.
            flyweight.detach();
            current.release();
        }
    }

    /**
     * The topic that is read.
     *
     * @return the topic's name.
     */
    public String topic() {
        return partition.topic();
    }

    /**
     * The partition that is read.
     *
     * @return index in the topic.
     */
    public int partition() {
        return partition.index();
    }

    /**
     * Ends reading and gives the mapping back. Another thread than the reader's may call it: then the mapping is given
     * back at the reader's next call, or by the garbage collector.
     */
    @Override
    public void close() {
        isClosed = true;
        final Thread owner = pollingThread;
        if (owner == null || owner == Thread.currentThread()) {
            leave();
        }
    }

    @Override
    public String toString() {
        return "LogReader{topic=" + topic() + ", partition=" + partition() + ", position=" + position + '}';
    }
}
