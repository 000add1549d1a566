package io.millrace.operators.state;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The order of timers: a heap in which each node has up to four children, outside the Java heap. Four, because a node
 * sinks half as deep as in a binary heap and its children lie in two cache lines.
 *
 * <pre>
 *   node:  0 int64 time in ns | 8 int64 number of the registration | 16 int64 entry
 * </pre>
 *
 * <p>The first word of an entry's state says where its node is, so that a timer can be cancelled from the middle.
 */
final class TimerHeap {
    private static final int NODE_LENGTH = 24;
    private static final int ORDER_OFFSET = 8;
    private static final int ENTRY_OFFSET = 16;
    private static final int CHILDREN_SHIFT = 2;
    private static final int CHILDREN = 1 << CHILDREN_SHIFT;
    private static final int MIN_CAPACITY = 16;
    private static final int MAX_CAPACITY = 1 << 29;

    private final StateMemory memory;
    private final String owner;
    private final KeyedTable timers;
    private long address = StateMemory.ZEROS;
    private int capacity;
    private int size;

    TimerHeap(final StateMemory memory, final String owner, final KeyedTable timers) {
        this.memory = memory;
        this.owner = owner;
        this.timers = timers;
    }

    int size() {
        return size;
    }

    private long node(final int position) {
        return address + (long) position * NODE_LENGTH;
    }

    long time(final int position) {
        return UnsafeApi.getLong(null, node(position));
    }

    long order(final int position) {
        return UnsafeApi.getLong(null, node(position) + ORDER_OFFSET);
    }

    long entry(final int position) {
        return UnsafeApi.getLong(null, node(position) + ENTRY_OFFSET);
    }

    /** Makes room for that many. When it throws, the heap is what it was. */
    void ensureCapacity(final int required) {
        if (required > capacity) {
            int newCapacity = Math.max(capacity, MIN_CAPACITY);
            while (newCapacity < required && newCapacity < MAX_CAPACITY) {
                newCapacity *= 2;
            }
            if (newCapacity < required) {
                throw new IllegalStateException("too many timers: operator=" + owner + " timers=" + size);
            }
            resize(newCapacity);
        }
    }

    private void resize(final int newCapacity) {
        address = memory.reallocateBytes(capacity == 0 ? 0 : address, bytes(), (long) newCapacity * NODE_LENGTH, owner);
        capacity = newCapacity;
    }

    long bytes() {
        return (long) capacity * NODE_LENGTH;
    }

    /** Adds a timer; there is room for it. */
    void push(final long time, final long order, final long entry) {
        rise(size++, time, order, entry);
    }

    void remove(final int position) {
        final int last = --size;
        if (position != last) {
            final long time = time(last);
            final long order = order(last);
            final long entry = entry(last);
            if (position > 0 && isBefore(time, order, parent(position))) {
                rise(position, time, order, entry);
            } else {
                sink(position, time, order, entry);
            }
        }
        if (capacity > MIN_CAPACITY && size < capacity >>> CHILDREN_SHIFT) {
            resize(capacity / 2);
        }
    }

    private void rise(final int from, final long time, final long order, final long entry) {
        int position = from;
        while (position > 0) {
            final int parent = parent(position);
            if (!isBefore(time, order, parent)) {
                break;
            }
            move(parent, position);
            position = parent;
        }
        put(position, time, order, entry);
    }

    private void sink(final int from, final long time, final long order, final long entry) {
        int position = from;
        int child = firstChild(position);
        while (child < size) {
            final int least = least(child, Math.min(child + CHILDREN, size));
            if (isBefore(time, order, least)) {
                break;
            }
            move(least, position);
            position = least;
            child = firstChild(position);
        }
        put(position, time, order, entry);
    }

    private static int parent(final int position) {
        return position - 1 >>> CHILDREN_SHIFT;
    }

    private static int firstChild(final int position) {
        return (position << CHILDREN_SHIFT) + 1;
    }

    private int least(final int from, final int to) {
        int least = from;
        for (int i = from + 1; i < to; i++) {
            if (isBefore(time(i), order(i), least)) {
                least = i;
            }
        }
        return least;
    }

    private boolean isBefore(final long time, final long order, final int position) {
        final long other = time(position);
        return time < other || time == other && order < order(position);
    }

    private void move(final int from, final int to) {
        put(to, time(from), order(from), entry(from));
    }

    private void put(final int position, final long time, final long order, final long entry) {
        final long node = node(position);
        UnsafeApi.putLong(null, node, time);
        UnsafeApi.putLong(null, node + ORDER_OFFSET, order);
        UnsafeApi.putLong(null, node + ENTRY_OFFSET, entry);
        timers.change(entry);
        timers.buffer(entry).putLong(timers.stateOffset(entry), position);
    }

    void snapshot(final StateWriter writer) {
        writer.writeInt(size);
        for (int i = 0; i < size; i++) {
            writer.writeLong(time(i));
            writer.writeLong(order(i));
            writer.writeLong(entry(i));
        }
    }

    /** Reads the nodes of the timers that the table has already; the heap is empty before. */
    void restore(final StateReader reader, final long nextOrder) {
        final int count = reader.readCount(reader.remaining() / NODE_LENGTH, "the number of timers");
        reader.check(count == timers.size(), "not as many timers as keys of timers");
        ensureCapacity(count);
        for (int i = 0; i < count; i++) {
            final long node = node(i);
            UnsafeApi.putLong(null, node, reader.readLong());
            UnsafeApi.putLong(null, node + ORDER_OFFSET, reader.readLong());
            UnsafeApi.putLong(null, node + ENTRY_OFFSET, reader.readLong());
            reader.check(
                    order(i) < nextOrder && (i == 0 || !isBefore(time(i), order(i), parent(i))), "timers out of order");
        }
        for (long entry = timers.first(); entry >= 0; entry = timers.next(entry)) {
            final MutableDirectBuffer buffer = timers.buffer(entry);
            final long position = buffer.getLong(timers.stateOffset(entry));
            reader.check(
                    position >= 0
                            && position < count
                            && entry((int) position) == entry
                            && timers.keyLength(entry) >= Long.BYTES
                            && time((int) position) == buffer.getLong(timers.keyOffset(entry), ByteOrder.LITTLE_ENDIAN),
                    "a timer that does not match its key");
        }
        size = count;
    }

    void clear() {
        if (capacity > 0) {
            memory.freeBytes(address, bytes());
        }
        address = StateMemory.ZEROS;
        capacity = 0;
        size = 0;
    }
}
