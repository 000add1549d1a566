package io.millrace.operators.window;

import io.millrace.operators.state.StateMemory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What comes due, ordered by time and then by a number that the caller gives: a binary heap of 16-byte elements outside
 * the Java heap. Adding in the order of time costs one comparison, removing the logarithm of the size. It grows and
 * shrinks by half, so its memory follows what is in it.
 *
 * <p>Element: 0 int64 time in ns | 8 int64 number. Children of element i are 2 i + 1 and 2 i + 2.
 */
final class DueQueue implements AutoCloseable {
    private static final int ELEMENT_SHIFT = 4;
    private static final int NUMBER_OFFSET = 8;
    private static final int MIN_LENGTH = 4 * 1024;
    private static final int MAX_LENGTH = 1 << 30;

    private final StateMemory memory;
    private final String owner;
    private UnsafeBuffer elements;
    private int size;

    DueQueue(final StateMemory memory, final String owner) {
        this.memory = memory;
        this.owner = owner;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Earliest time; only when the queue is not empty. */
    long firstTimeNs() {
        return timeNs(0);
    }

    /** Smallest number of those with the earliest time; only when the queue is not empty. */
    long firstNumber() {
        return number(0);
    }

    void add(final long timeNs, final long number) {
        ensureRoom();
        siftUp(size++, timeNs, number);
    }

    void removeFirst() {
        size--;
        if (size > 0) {
            siftDown(timeNs(size), number(size));
        }
        shrink();
    }

    /** Gives the first element a later time. */
    void postponeFirst(final long timeNs) {
        siftDown(timeNs, number(0));
    }

    /** Time of an element in the order of the memory, for snapshots. */
    long timeNs(final int i) {
        return elements.getLong(i << ELEMENT_SHIFT);
    }

    /** Number of an element in the order of the memory, for snapshots. */
    long number(final int i) {
        return elements.getLong((i << ELEMENT_SHIFT) + NUMBER_OFFSET);
    }

    private void siftUp(final int from, final long timeNs, final long number) {
        int hole = from;
        while (hole > 0) {
            final int parent = hole - 1 >> 1;
            if (isBefore(timeNs(parent), number(parent), timeNs, number)) {
                break;
            }
            put(hole, timeNs(parent), number(parent));
            hole = parent;
        }
        put(hole, timeNs, number);
    }

    private void siftDown(final long timeNs, final long number) {
        int hole = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && isBefore(timeNs(child + 1), number(child + 1), timeNs(child), number(child))) {
                child++;
            }
            if (isBefore(timeNs, number, timeNs(child), number(child))) {
                break;
            }
            put(hole, timeNs(child), number(child));
            hole = child;
            child = 2 * hole + 1;
        }
        put(hole, timeNs, number);
    }

    private static boolean isBefore(final long timeNs, final long number, final long otherTimeNs, final long other) {
        return timeNs < otherTimeNs || timeNs == otherTimeNs && number < other;
    }

    private void put(final int i, final long timeNs, final long number) {
        elements.putLong(i << ELEMENT_SHIFT, timeNs);
        elements.putLong((i << ELEMENT_SHIFT) + NUMBER_OFFSET, number);
    }

    private void ensureRoom() {
        if (elements == null) {
            elements = memory.allocate(MIN_LENGTH, owner);
        } else if (size << ELEMENT_SHIFT == elements.capacity()) {
            if (elements.capacity() == MAX_LENGTH) {
                throw new IllegalStateException("one task has " + size + " open windows: operator=" + owner
                        + "; spread the keys over more partitions");
            }
            move(elements.capacity() * 2);
        }
    }

    private void shrink() {
        if (elements.capacity() > MIN_LENGTH && size << ELEMENT_SHIFT <= elements.capacity() / 4) {
            move(elements.capacity() / 2);
        }
    }

    private void move(final int length) {
        final UnsafeBuffer moved = memory.allocate(length, owner);
        moved.putBytes(0, elements, 0, size << ELEMENT_SHIFT);
        memory.free(elements);
        elements = moved;
    }

    /** Forgets everything and gives the memory back. May be called twice. */
    @Override
    public void close() {
        size = 0;
        if (elements != null) {
            memory.free(elements);
            elements = null;
        }
    }
}
