package io.millrace.operators.window;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/** Adds the numbers behind the colons of its values; refuses values that begin with "refused". */
final class SumOfDigits implements StateFlyweight {
    private MutableDirectBuffer buffer;
    private int offset;

    @Override
    public int encodedLength() {
        return Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final String value) {
        buffer.putLong(offset, Math.addExact(value(), number(value)));
    }

    void combine(final SumOfDigits other) {
        buffer.putLong(offset, Math.addExact(value(), other.value()));
    }

    long value() {
        return buffer.getLong(offset);
    }

    static long number(final String value) {
        if (value.startsWith("refused")) {
            throw new IllegalArgumentException(value);
        }
        return Long.parseLong(value.substring(value.indexOf(':') + 1));
    }
}
