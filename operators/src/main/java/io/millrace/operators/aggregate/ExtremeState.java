package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * The smallest or the largest of 64-bit integers.
 *
 * <pre>
 *  0 number | 8 whether there is one
 * </pre>
 */
public final class ExtremeState implements StateFlyweight {
    private static final int PRESENT_OFFSET = Long.BYTES;

    private MutableDirectBuffer buffer;
    private int offset;

    /** Creates a view that stands on no entry. */
    public ExtremeState() {}

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
     * Takes a number in, to find the smallest.
     *
     * @param number to take in.
     */
    public void min(final long number) {
        put(isPresent() ? Math.min(value(), number) : number);
    }

    /**
     * Takes a number in, to find the largest.
     *
     * @param number to take in.
     */
    public void max(final long number) {
        put(isPresent() ? Math.max(value(), number) : number);
    }

    private boolean isPresent() {
        return buffer.getLong(offset + PRESENT_OFFSET) != 0;
    }

    private void put(final long number) {
        buffer.putLong(offset, number);
        buffer.putLong(offset + PRESENT_OFFSET, 1);
    }

    /**
     * Reads the number.
     *
     * @return the smallest or largest of at least one number.
     */
    public long value() {
        return buffer.getLong(offset);
    }
}
