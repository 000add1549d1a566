package io.millrace.testkit.conformance;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/** A number for each of three streams, off the heap. */
public final class CogroupState implements StateFlyweight {
    private MutableDirectBuffer buffer;
    private int offset;

    @Override
    public int encodedLength() {
        return 3 * Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    private void add(final int side, final long number) {
        final int index = offset + side * Long.BYTES;
        buffer.putLong(index, buffer.getLong(index) + number);
    }

    private long number(final int side) {
        return buffer.getLong(offset + side * Long.BYTES);
    }

    void count() {
        add(0, 1);
    }

    void addSecond(final long number) {
        add(1, number);
    }

    void addThird(final long number) {
        add(2, number);
    }

    void combine(final CogroupState other) {
        for (int side = 0; side < 3; side++) {
            add(side, other.number(side));
        }
    }

    @Override
    public String toString() {
        return number(0) + " " + number(1) + " " + number(2);
    }
}
