package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * An average of 64-bit integers, kept exactly.
 *
 * <pre>
 *  0 sum | 8 count
 * </pre>
 */
public final class Average implements StateFlyweight {
    private static final int COUNT_OFFSET = Long.BYTES;

    private MutableDirectBuffer buffer;
    private int offset;

    /** Creates a view that stands on no entry. */
    public Average() {}

    @Override
    public int encodedLength() {
        return 2 * Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    /**
     * Takes a number in.
     *
     * @param number to take in.
     * @throws ArithmeticException if the sum leaves 64 bits; the average is as it was then.
     */
    public void add(final long number) {
        put(ExactSum.add("average", sum(), number), count() + 1);
    }

    /**
     * Takes a number away again.
     *
     * @param number that was added.
     * @throws ArithmeticException if the sum leaves 64 bits; it is as it was then.
     */
    public void subtract(final long number) {
        put(ExactSum.subtract("average", sum(), number), count() - 1);
    }

    /**
     * Takes the numbers of another average in.
     *
     * @param other to take in.
     * @throws ArithmeticException if the sum leaves 64 bits; the average is as it was then.
     */
    public void combine(final Average other) {
        put(ExactSum.add("average", sum(), other.sum()), count() + other.count());
    }

    private void put(final long sum, final long count) {
        buffer.putLong(offset, sum);
        buffer.putLong(offset + COUNT_OFFSET, count);
    }

    /**
     * Reads the sum.
     *
     * @return the exact sum.
     */
    public long sum() {
        return buffer.getLong(offset);
    }

    /**
     * Reads the count.
     *
     * @return how many numbers were taken in.
     */
    public long count() {
        return buffer.getLong(offset + COUNT_OFFSET);
    }

    /**
     * Divides.
     *
     * @return the average, rounded to a double once; NaN of no numbers.
     */
    public double value() {
        return (double) sum() / count();
    }

    @Override
    public String toString() {
        return value() + " of " + count();
    }
}
