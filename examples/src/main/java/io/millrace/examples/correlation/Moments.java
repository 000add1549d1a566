package io.millrace.examples.correlation;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * What a coefficient of correlation needs of the returns it is made of, in 48 bytes outside the heap: their means, and the sums of
 * squares and products around them, updated from return to return so that no digits are lost (Welford's method).
 */
final class Moments implements StateFlyweight {
    private static final int LENGTH = 48;
    private static final int COUNT = 0;
    private static final int MEAN_X = 8;
    private static final int MEAN_Y = 16;
    private static final int SQUARES_X = 24;
    private static final int SQUARES_Y = 32;
    private static final int PRODUCTS = 40;

    private MutableDirectBuffer buffer;
    private int offset;

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final Correlation.Returns returns) {
        final long count = count() + 1;
        final double dx = returns.first() - read(MEAN_X);
        final double dy = returns.second() - read(MEAN_Y);
        buffer.putLong(offset + COUNT, count);
        increase(MEAN_X, dx / count);
        increase(MEAN_Y, dy / count);
        final double newDy = returns.second() - read(MEAN_Y);
        increase(SQUARES_X, dx * (returns.first() - read(MEAN_X)));
        increase(SQUARES_Y, dy * newDy);
        increase(PRODUCTS, dx * newDy);
    }

    long count() {
        return buffer.getLong(offset + COUNT);
    }

    /** From -1 to 1; 0 where one of the two never moved. */
    double correlation() {
        final double scale = Math.sqrt(read(SQUARES_X) * read(SQUARES_Y));
        return scale > 0 ? read(PRODUCTS) / scale : 0;
    }

    private double read(final int field) {
        return buffer.getDouble(offset + field);
    }

    private void increase(final int field, final double by) {
        buffer.putDouble(offset + field, read(field) + by);
    }
}
