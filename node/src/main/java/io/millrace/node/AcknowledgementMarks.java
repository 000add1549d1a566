package io.millrace.node;

/**
 * Remembers, for one partition of one producer, up to which position the log must be durable for which sequence to be
 * acknowledged. A short ring: when it is full, the newest mark moves on, so that an acknowledgement comes a little later and
 * never too early. One thread.
 */
final class AcknowledgementMarks {
    private static final int CAPACITY = 32;
    private static final int MASK = CAPACITY - 1;
    private static final long NONE = -1L;

    private final long[] sequences = new long[CAPACITY];
    private final long[] endPositions = new long[CAPACITY];
    private int head;
    private int tail;

    /** Adds a mark; both numbers only grow. */
    void add(final long sequence, final long endPosition) {
        if (tail - head == CAPACITY) {
            tail--;
        }
        sequences[tail & MASK] = sequence;
        endPositions[tail & MASK] = endPosition;
        tail++;
    }

    /** Removes what is durable: the highest sequence among it, or -1 when there is none. */
    long pollDurable(final long durablePosition) {
        long sequence = NONE;
        while (head != tail && endPositions[head & MASK] <= durablePosition) {
            sequence = sequences[head & MASK];
            head++;
        }
        return sequence;
    }

    boolean isEmpty() {
        return head == tail;
    }
}
