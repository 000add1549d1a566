package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/** An exact sum of 64-bit integers. */
public final class SumState implements StateFlyweight {
    private MutableDirectBuffer buffer;
    private int offset;

    /** Creates a view that stands on no entry. */
    public SumState() {}

    @Override
    public int encodedLength() {
        return Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    /**
     * Adds a number.
     *
     * @param number to add.
     * @throws ArithmeticException if the sum leaves 64 bits; it is as it was then.
     */
    public void add(final long number) {
        buffer.putLong(offset, ExactSum.add("sum", buffer.getLong(offset), number));
    }

    /**
     * Takes a number away again.
     *
     * @param number to subtract.
     * @throws ArithmeticException if the sum leaves 64 bits; it is as it was then.
     */
    public void subtract(final long number) {
        buffer.putLong(offset, ExactSum.subtract("sum", buffer.getLong(offset), number));
    }

    /**
     * Adds another sum.
     *
     * @param other to add.
     * @throws ArithmeticException if the sum leaves 64 bits; it is as it was then.
     */
    public void combine(final SumState other) {
        add(other.value());
    }

    /**
     * Reads the sum.
     *
     * @return the sum so far.
     */
    public long value() {
        return buffer.getLong(offset);
    }
}
