package io.millrace.streams.conformance;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/** Count, sum, smallest and largest of the values. */
final class Stats implements StateFlyweight {
    private MutableDirectBuffer buffer;
    private int offset;

    @Override
    public int encodedLength() {
        return 4 * Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final Event event) {
        add(1, event.value(), event.value(), event.value());
    }

    void combine(final Stats other) {
        if (other.count() > 0) {
            add(other.count(), other.sum(), other.min(), other.max());
        }
    }

    private void add(final long count, final long sum, final long min, final long max) {
        final boolean isEmpty = count() == 0;
        buffer.putLong(offset, count() + count);
        buffer.putLong(offset + 8, sum() + sum);
        buffer.putLong(offset + 16, isEmpty ? min : Math.min(min(), min));
        buffer.putLong(offset + 24, isEmpty ? max : Math.max(max(), max));
    }

    long count() {
        return buffer.getLong(offset);
    }

    long sum() {
        return buffer.getLong(offset + 8);
    }

    long min() {
        return buffer.getLong(offset + 16);
    }

    long max() {
        return buffer.getLong(offset + 24);
    }
}
