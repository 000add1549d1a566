package io.millrace.examples.nexmark;

import io.millrace.operators.state.StateFlyweight;
import java.math.BigInteger;
import org.agrona.MutableDirectBuffer;

/** An average of any number of 64-bit numbers, exact until it is rounded: {@link WideSum} as state. */
final class AverageState implements StateFlyweight {
    private MutableDirectBuffer buffer;
    private int offset;

    @Override
    public int encodedLength() {
        return WideSum.LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final long number) {
        WideSum.add(buffer, offset, number);
    }

    /** Rounded half up to a whole number. */
    BigInteger rounded() {
        return WideSum.average(WideSum.sum(buffer, offset), WideSum.count(buffer, offset));
    }
}
