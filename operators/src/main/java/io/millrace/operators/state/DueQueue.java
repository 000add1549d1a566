package io.millrace.operators.state;

import org.agrona.UnsafeApi;

/**
 * What comes due, ordered by time and then by a number that the caller gives: 63 bits, of two the one that the other is ahead of by
 * less than 2^62 comes first, so that a count of arrivals may wrap round. Unlike in {@link TimerQueue} there are no
 * keys, the number says what is meant, and the first element may be put off. Outside the Java heap, 16 bytes for each
 * element: what comes in order goes into a ring, see {@link DueLane}, all else into a binary heap, where to remove takes the
 * logarithm of its size. Nothing allocates. Both grow and shrink by half, so their memory follows what is in them. Used by one
 * thread.
 *
 * <pre>
 *   element: 0 int64 time in ns | 8 int64 number
 * </pre>
 */
public final class DueQueue implements AutoCloseable {
    static final int ELEMENT_LENGTH = 16;
    static final int NUMBER_OFFSET = 8;

    private static final int MIN_CAPACITY = 64;
    private static final int MAX_CAPACITY = 1 << 29;

    private final StateMemory memory;
    private final String owner;
    private final DueLane lane;

    // Of the heap.
    private long address;
    private int capacity;
    private int size;
    private boolean isFirstInLane;
    private boolean closed;

    /**
     * Creates an empty queue. It takes memory with its first element.
     *
     * @param memory of the task; closes the queue with itself.
     * @param owner  operator whose state it is; errors name it.
     */
    public DueQueue(final StateMemory memory, final String owner) {
        this.memory = memory;
        this.owner = owner;
        this.lane = new DueLane(memory, owner);
        memory.add(this);
    }

    /**
     * Tells whether there is no element.
     *
     * @return whether {@link #size()} is 0.
     */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Number of elements.
     *
     * @return elements in the queue.
     */
    public int size() {
        return lane.size() + size;
    }

    /**
     * Time of the first element. There is one.
     *
     * @return the earliest time, in ns.
     */
    public long firstTimeNs() {
        return isFirstInLane ? lane.timeNs(0) : time(0);
    }

    /**
     * Number of the first element. There is one.
     *
     * @return the first number of those with the earliest time.
     */
    public long firstNumber() {
        return isFirstInLane ? lane.number(0) : number(0);
    }

    /**
     * Adds an element.
     *
     * @param timeNs when it is due, any number.
     * @param number that orders elements of one time and comes back with it, 0 or more.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if there is no memory for one more; the queue is
     *                                                 what it was and can be used.
     */
    public void add(final long timeNs, final long number) {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        if (lane.takes(timeNs, number)) {
            lane.add(timeNs, number);
        } else {
            addToHeap(timeNs, number);
        }
        chooseFirst();
    }

    private void addToHeap(final long timeNs, final long number) {
        ensureCapacity(size + 1);
        int hole = size++;
        while (hole > 0) {
            final int parent = hole - 1 >> 1;
            if (isBefore(parent, timeNs, number)) {
                break;
            }
            put(hole, time(parent), number(parent));
            hole = parent;
        }
        put(hole, timeNs, number);
    }

    private void chooseFirst() {
        isFirstInLane = lane.size() > 0 && (size == 0 || !isBefore(0, lane.timeNs(0), lane.number(0)));
    }

    /** Removes the first element. There is one. */
    public void removeFirst() {
        if (isFirstInLane) {
            lane.removeFirst();
        } else {
            removeFirstOfHeap();
        }
        chooseFirst();
    }

    private void removeFirstOfHeap() {
        size--;
        if (size > 0) {
            sink(time(size), number(size));
        }
        if (capacity > MIN_CAPACITY && size <= capacity / 4) {
            resize(capacity / 2);
        }
    }

    /**
     * Gives the first element a later time. There is one.
     *
     * @param timeNs not before its time.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if it has to go elsewhere and there is no memory for that;
     *                                                 the queue is what it was and can be used.
     */
    public void putOffFirst(final long timeNs) {
        if (isFirstInLane) {
            // Added before it is removed, so that it is not lost when there is no memory.
            final long number = lane.number(0);
            if (lane.takes(timeNs, number)) {
                lane.add(timeNs, number);
            } else {
                addToHeap(timeNs, number);
            }
            lane.removeFirst();
        } else {
            sink(timeNs, number(0));
        }
        chooseFirst();
    }

    /** Puts an element in the place of the first one. */
    private void sink(final long timeNs, final long number) {
        int hole = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && isBefore(child + 1, time(child), number(child))) {
                child++;
            }
            if (!isBefore(child, timeNs, number)) {
                break;
            }
            put(hole, time(child), number(child));
            hole = child;
            child = 2 * hole + 1;
        }
        put(hole, timeNs, number);
    }

    private boolean isBefore(final int position, final long timeNs, final long number) {
        final long other = time(position);
        return other < timeNs || other == timeNs && isBefore(number(position), number);
    }

    /** Whether a number comes before another one; the sign bit goes, since numbers have 63 bits. */
    static boolean isBefore(final long number, final long other) {
        return number - other << 1 < 0;
    }

    private long time(final int position) {
        return UnsafeApi.getLong(null, address + (long) position * ELEMENT_LENGTH);
    }

    private long number(final int position) {
        return UnsafeApi.getLong(null, address + (long) position * ELEMENT_LENGTH + NUMBER_OFFSET);
    }

    private void put(final int position, final long timeNs, final long number) {
        final long element = address + (long) position * ELEMENT_LENGTH;
        UnsafeApi.putLong(null, element, timeNs);
        UnsafeApi.putLong(null, element + NUMBER_OFFSET, number);
    }

    private void ensureCapacity(final int required) {
        if (required > capacity) {
            if (capacity == MAX_CAPACITY) {
                throw new IllegalStateException("too much comes due: operator=" + owner + " elements=" + size()
                        + "; spread the keys over more partitions");
            }
            resize(Math.max(MIN_CAPACITY, capacity * 2));
        }
    }

    private void resize(final int newCapacity) {
        address = memory.reallocateBytes(address, heapBytes(), (long) newCapacity * ELEMENT_LENGTH, owner);
        capacity = newCapacity;
    }

    /**
     * Memory that the queue has taken out of the budget.
     *
     * @return bytes.
     */
    public long bytesInUse() {
        return lane.bytesInUse() + heapBytes();
    }

    private long heapBytes() {
        return (long) capacity * ELEMENT_LENGTH;
    }

    /**
     * Writes all elements.
     *
     * @param writer to write with.
     */
    public void snapshot(final StateWriter writer) {
        writer.writeInt(lane.size());
        for (int i = 0; i < lane.size(); i++) {
            writer.writeLong(lane.timeNs(i));
            writer.writeLong(lane.number(i));
        }
        writer.writeInt(size);
        for (int i = 0; i < size; i++) {
            writer.writeLong(time(i));
            writer.writeLong(number(i));
        }
    }

    /**
     * Replaces all elements by those of a snapshot.
     *
     * @param reader that stands where the snapshot begins.
     * @throws io.millrace.log.error.MillraceException CORRUPT if it is damaged, STATE_BUDGET if there is no memory for
     *                                                 it; the queue is empty then.
     */
    public void restore(final StateReader reader) {
        clear();
        try {
            // Each part as it was, so that those who go on from here write the same bytes as those who never stopped.
            final int inOrder =
                    reader.readCount(reader.remaining() / ELEMENT_LENGTH, "the number of elements in order");
            for (int i = 0; i < inOrder; i++) {
                final long timeNs = reader.readLong();
                final long number = reader.readLong();
                reader.check(lane.takes(timeNs, number), "elements in order are not");
                lane.add(timeNs, number);
            }
            final int others = reader.readCount(reader.remaining() / ELEMENT_LENGTH, "the number of elements");
            for (int i = 0; i < others; i++) {
                addToHeap(reader.readLong(), reader.readLong());
            }
            chooseFirst();
        } catch (final RuntimeException e) {
            clear();
            throw e;
        }
    }

    /** Forgets all elements and gives the memory back. */
    public void clear() {
        lane.clear();
        isFirstInLane = false;
        size = 0;
        if (capacity > 0) {
            memory.freeBytes(address, heapBytes());
            address = 0;
            capacity = 0;
        }
    }

    /** Gives the memory back for good. May be called twice. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            clear();
            memory.remove(this);
        }
    }

    @Override
    public String toString() {
        return "DueQueue[elements=" + size() + " bytes=" + bytesInUse() + "]";
    }
}
