package io.millrace.operators.state;

import io.millrace.log.record.ByteRanges;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Timers of keys: which key wants to be called at which time. They come due in the order of their times, and those of
 * one time in the order in which they were registered, so a replay sees them in the same order.
 *
 * <pre>
 *   while (timers.popDue(nowNs)) {
 *       call(timers.dueTimeNs(), timers.keyBuffer(), timers.keyOffset(), timers.keyLength());
 *   }
 * </pre>
 *
 * <p>The call may register and cancel timers of any time; those that are due come in their order within the same loop. A
 * timer is known by time and key: to register it once more only replaces its tag. A timer of an 8-byte key takes about 75
 * bytes outside the Java heap, out of the job's budget; to register, to cancel and to pop cost the logarithm of the number
 * of timers and allocate nothing. Used by one thread.
 */
public final class TimerQueue implements AutoCloseable {
    private static final int TAG_OFFSET = 8;
    private static final int STATE_LENGTH = 16;
    private static final int INITIAL_KEY_LENGTH = 64;

    private final StateMemory memory;
    private final KeyedTable timers;
    private final TimerHeap heap;
    private final UnsafeBuffer timerKey = new UnsafeBuffer(new byte[INITIAL_KEY_LENGTH]);
    private final UnsafeBuffer dueKey = new UnsafeBuffer(new byte[INITIAL_KEY_LENGTH]);
    private long nextOrder;
    private long dueTimeNs;
    private long dueTag;
    private int dueKeyLength;
    private boolean closed;

    /**
     * Creates a queue without timers. It takes memory with its first timer.
     *
     * @param memory of the task; closes the queue with itself.
     * @param owner  operator whose timers they are; errors name it.
     */
    public TimerQueue(final StateMemory memory, final String owner) {
        this.memory = memory;
        timers = new KeyedTable(memory, owner, STATE_LENGTH);
        heap = new TimerHeap(memory, owner, timers);
        memory.add(this);
    }

    /**
     * Registers a timer with the tag 0, unless it is registered already.
     *
     * @param timeNs when it is due, any number.
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to 65,535.
     * @return whether it is new.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if there is no memory for one more; the queue is
     *                                                 what it was and can be used.
     */
    public boolean schedule(final long timeNs, final DirectBuffer key, final int offset, final int length) {
        return schedule(timeNs, key, offset, length, 0);
    }

    /**
     * Registers a timer. One that is registered already keeps its place in the order and gets the new tag.
     *
     * @param timeNs when it is due, any number.
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to 65,535.
     * @param tag    number that comes back with the timer.
     * @return whether it is new.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if there is no memory for one more; the queue is
     *                                                 what it was and can be used.
     */
    public boolean schedule(
            final long timeNs, final DirectBuffer key, final int offset, final int length, final long tag) {
        if (closed) {
            throw new IllegalStateException("the timers are closed");
        }
        final int timerKeyLength = timerKey(timeNs, key, offset, length);
        heap.ensureCapacity(timers.size() + 1);
        final long entry = timers.findOrAdd(timerKey, 0, timerKeyLength);
        final boolean added = timers.wasAdded();
        if (added) {
            heap.push(timeNs, nextOrder++, entry);
        }
        timers.buffer(entry).putLong(timers.stateOffset(entry) + TAG_OFFSET, tag);
        return added;
    }

    /**
     * Takes a timer back.
     *
     * @param timeNs with which it was registered.
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to 65,535.
     * @return whether there was one.
     */
    public boolean cancel(final long timeNs, final DirectBuffer key, final int offset, final int length) {
        final long entry = timers.find(timerKey, 0, timerKey(timeNs, key, offset, length));
        if (entry < 0) {
            return false;
        }
        remove(entry);
        return true;
    }

    /** Joins time and key to what the table knows a timer by. */
    private int timerKey(final long timeNs, final DirectBuffer key, final int offset, final int length) {
        if (length < 0 || length > KeyedTable.MAX_KEY_LENGTH - Long.BYTES) {
            throw new IllegalArgumentException("the key of a timer is 0 to " + (KeyedTable.MAX_KEY_LENGTH - Long.BYTES)
                    + " bytes long, this one has " + length);
        }
        ensureCapacity(timerKey, Long.BYTES + length);
        timerKey.putLong(0, timeNs, ByteOrder.LITTLE_ENDIAN);
        if (length > 0) {
            timerKey.putBytes(Long.BYTES, key, offset, length);
        }
        return Long.BYTES + length;
    }

    private static void ensureCapacity(final UnsafeBuffer buffer, final int required) {
        if (required > buffer.capacity()) {
            buffer.wrap(new byte[BitUtil.findNextPositivePowerOfTwo(required)]);
        }
    }

    private void remove(final long entry) {
        heap.remove((int) timers.buffer(entry).getLong(timers.stateOffset(entry)));
        timers.remove(entry);
    }

    /**
     * Tells when the next timer is due.
     *
     * @return its time in ns, {@link Long#MAX_VALUE} if there is none.
     */
    public long nextNs() {
        return heap.size() == 0 ? Long.MAX_VALUE : heap.time(0);
    }

    /**
     * Takes the next timer out of the queue if it is due. The accessors tell which it was, until the next call.
     *
     * @param nowNs the time, in the unit and from the origin of the timers' times.
     * @return whether there was one whose time is {@code nowNs} or earlier.
     */
    public boolean popDue(final long nowNs) {
        if (heap.size() == 0 || heap.time(0) > nowNs) {
            return false;
        }
        final long entry = heap.entry(0);
        final MutableDirectBuffer buffer = timers.buffer(entry);
        dueTimeNs = heap.time(0);
        dueTag = buffer.getLong(timers.stateOffset(entry) + TAG_OFFSET);
        dueKeyLength = timers.keyLength(entry) - Long.BYTES;
        // A copy, because a timer that is registered meanwhile may take the place of this one.
        ensureCapacity(dueKey, dueKeyLength);
        dueKey.putBytes(0, buffer, timers.keyOffset(entry) + Long.BYTES, dueKeyLength);
        remove(entry);
        return true;
    }

    /**
     * Time of the timer that {@link #popDue} took.
     *
     * @return ns.
     */
    public long dueTimeNs() {
        return dueTimeNs;
    }

    /**
     * Tag of the timer that {@link #popDue} took.
     *
     * @return the tag with which it was registered last.
     */
    public long dueTag() {
        return dueTag;
    }

    /**
     * Buffer that holds the key of the timer that {@link #popDue} took.
     *
     * @return the buffer.
     */
    public DirectBuffer keyBuffer() {
        return dueKey;
    }

    /**
     * Where the key of the timer that {@link #popDue} took begins.
     *
     * @return index in {@link #keyBuffer()}.
     */
    public int keyOffset() {
        return 0;
    }

    /**
     * How long the key of the timer that {@link #popDue} took is.
     *
     * @return bytes.
     */
    public int keyLength() {
        return dueKeyLength;
    }

    /**
     * Number of timers.
     *
     * @return timers that are registered.
     */
    public int size() {
        return heap.size();
    }

    /**
     * Tells whether there is no timer.
     *
     * @return whether {@link #size()} is 0.
     */
    public boolean isEmpty() {
        return heap.size() == 0;
    }

    /**
     * Memory that the queue has taken out of the budget.
     *
     * @return bytes.
     */
    public long bytesInUse() {
        return timers.bytesInUse() + heap.bytes();
    }

    /**
     * Shows the timers of a key. Looks at all timers.
     *
     * @param key         buffer that holds the key, may be null when the key is empty.
     * @param offset      at which the key begins.
     * @param length      of the key in bytes.
     * @param isEventTime what the visitor is told of them.
     * @param visitor     that is given them, in no order of time.
     */
    public void find(
            final DirectBuffer key,
            final int offset,
            final int length,
            final boolean isEventTime,
            final StateVisitor visitor) {
        for (long entry = timers.first(); entry >= 0; entry = timers.next(entry)) {
            if (isOfKey(entry, key, offset, length)) {
                visit(entry, isEventTime, visitor);
            }
        }
    }

    private boolean isOfKey(final long entry, final DirectBuffer key, final int offset, final int length) {
        return timers.keyLength(entry) - Long.BYTES == length
                && ByteRanges.areEqual(timers.buffer(entry), timers.keyOffset(entry) + Long.BYTES, key, offset, length);
    }

    /**
     * Shows all timers.
     *
     * @param isEventTime what the visitor is told of them.
     * @param visitor     that is given them, in no order of time.
     */
    public void forEach(final boolean isEventTime, final StateVisitor visitor) {
        for (long entry = timers.first(); entry >= 0; entry = timers.next(entry)) {
            visit(entry, isEventTime, visitor);
        }
    }

    private void visit(final long entry, final boolean isEventTime, final StateVisitor visitor) {
        final MutableDirectBuffer buffer = timers.buffer(entry);
        final int offset = timers.keyOffset(entry);
        visitor.onTimer(
                buffer,
                offset + Long.BYTES,
                timers.keyLength(entry) - Long.BYTES,
                isEventTime,
                buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Writes all timers.
     *
     * @param writer to write with.
     */
    public void snapshot(final StateWriter writer) {
        writer.writeLong(nextOrder);
        timers.snapshot(writer);
        heap.snapshot(writer);
    }

    /**
     * Replaces all timers by those of a snapshot. From then on this queue behaves as the one that was written.
     *
     * @param reader that stands where the snapshot begins.
     * @throws io.millrace.log.error.MillraceException CORRUPT if it is damaged, STATE_BUDGET if there is no memory for
     *                                                 it; the queue is empty then.
     */
    public void restore(final StateReader reader) {
        clear();
        try {
            final long order = reader.readLong();
            timers.restore(reader);
            heap.restore(reader, order);
            nextOrder = order;
        } catch (final RuntimeException e) {
            clear();
            throw e;
        }
    }

    /** Forgets all timers and gives the memory back. The order of registration goes on. */
    public void clear() {
        heap.clear();
        timers.clear();
    }

    /** Gives the memory back for good. May be called twice. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            heap.clear();
            timers.close();
            memory.remove(this);
        }
    }

    @Override
    public String toString() {
        return "TimerQueue[timers=" + size() + " bytes=" + bytesInUse() + "]";
    }
}
