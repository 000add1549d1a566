package io.millrace.operators.state;

import org.agrona.MutableDirectBuffer;

/** A count of records: one 64-bit integer. */
public final class CountState implements StateFlyweight {
    private MutableDirectBuffer buffer;
    private int offset;

    /** Creates a view that stands on no entry. */
    public CountState() {}

    @Override
    public int encodedLength() {
        return Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    /** Adds one. */
    public void increment() {
        buffer.putLong(offset, buffer.getLong(offset) + 1);
    }

    /** Takes one away. */
    public void decrement() {
        buffer.putLong(offset, buffer.getLong(offset) - 1);
    }

    /**
     * Adds another count.
     *
     * @param other to add.
     */
    public void add(final CountState other) {
        buffer.putLong(offset, buffer.getLong(offset) + other.value());
    }

    /**
     * Reads the count.
     *
     * @return records counted so far.
     */
    public long value() {
        return buffer.getLong(offset);
    }
}
