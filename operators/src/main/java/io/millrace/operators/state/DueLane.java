package io.millrace.operators.state;

import org.agrona.UnsafeApi;

/**
 * Elements of a {@link DueQueue} that came in order, in a ring outside the Java heap: to add one and to remove the first takes
 * the same few steps however many there are. It grows and shrinks by half. Used by one thread.
 */
final class DueLane {
    private static final int MIN_CAPACITY = 64;

    private final StateMemory memory;
    private final String owner;
    private long address;
    private int mask = -1;
    private int head;
    private int size;

    /** Time and number of the last element that was added; not told apart from others when there is none. */
    private long lastTimeNs;

    private long lastNumber;

    DueLane(final StateMemory memory, final String owner) {
        this.memory = memory;
        this.owner = owner;
    }

    int size() {
        return size;
    }

    /** Whether an element comes behind all those that are here. */
    boolean takes(final long timeNs, final long number) {
        return size == 0 || timeNs > lastTimeNs || timeNs == lastTimeNs && DueQueue.isBefore(lastNumber, number);
    }

    long timeNs(final int position) {
        return UnsafeApi.getLong(null, element(position));
    }

    long number(final int position) {
        return UnsafeApi.getLong(null, element(position) + DueQueue.NUMBER_OFFSET);
    }

    private long element(final int position) {
        return address + (long) (head + position & mask) * DueQueue.ELEMENT_LENGTH;
    }

    /** The lane is what it was when there is no memory for one more. */
    void add(final long timeNs, final long number) {
        if (size > mask) {
            grow();
        }
        final long element = element(size++);
        UnsafeApi.putLong(null, element, timeNs);
        UnsafeApi.putLong(null, element + DueQueue.NUMBER_OFFSET, number);
        lastTimeNs = timeNs;
        lastNumber = number;
    }

    void removeFirst() {
        head = head + 1 & mask;
        size--;
        if (mask >= MIN_CAPACITY && size <= mask >> 2) {
            shrink();
        }
    }

    private void grow() {
        final int capacity = mask + 1;
        resize(Math.max(MIN_CAPACITY, 2 * capacity));
        // What stood before the head follows what stood behind it.
        copy(0, capacity, head);
    }

    /** To less memory, so nobody refuses it. */
    private void shrink() {
        final int capacity = mask + 1;
        final int beforeFold = Math.min(size, capacity - head);
        copy(0, beforeFold, size - beforeFold);
        copy(head, 0, beforeFold);
        head = 0;
        resize(capacity / 2);
    }

    private void resize(final int capacity) {
        address = memory.reallocateBytes(address, bytesInUse(), (long) capacity * DueQueue.ELEMENT_LENGTH, owner);
        mask = capacity - 1;
    }

    private void copy(final int from, final int to, final int elements) {
        if (elements > 0) {
            UnsafeApi.copyMemory(
                    null,
                    address + (long) from * DueQueue.ELEMENT_LENGTH,
                    null,
                    address + (long) to * DueQueue.ELEMENT_LENGTH,
                    (long) elements * DueQueue.ELEMENT_LENGTH);
        }
    }

    long bytesInUse() {
        return (mask + 1L) * DueQueue.ELEMENT_LENGTH;
    }

    void clear() {
        if (address != 0) {
            memory.freeBytes(address, bytesInUse());
        }
        address = 0;
        mask = -1;
        head = 0;
        size = 0;
    }
}
