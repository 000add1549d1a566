package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/** Count, sum and smallest of the values: enough to tell which values went in, and a zeroed state is not the neutral one. */
final class SumState implements StateFlyweight {
    static final long REFUSED = -666;

    private MutableDirectBuffer buffer;
    private int offset;

    static Aggregation<Long, ?, String> asText() {
        return Aggregation.<Long, SumState>flyweight(SumState::new, SumState::add)
                .combine(SumState::combine)
                .result(SumState::text);
    }

    /** The same texts, as values on the heap. */
    static Aggregation<Long, ?, String> onHeap() {
        return Aggregation.<Long, String>values(
                        new StringCodec(), () -> null, (held, value) -> both(held, "1/" + value + "/" + value))
                .combine(SumState::both);
    }

    private static String both(final String one, final String other) {
        if (one == null) {
            return other;
        }
        final String[] a = one.split("/");
        final String[] b = other.split("/");
        return Long.parseLong(a[0]) + Long.parseLong(b[0]) + "/" + (Long.parseLong(a[1]) + Long.parseLong(b[1])) + "/"
                + Math.min(Long.parseLong(a[2]), Long.parseLong(b[2]));
    }

    static Aggregation<Long, ?, SumState> asView() {
        return Aggregation.<Long, SumState>flyweight(SumState::new, SumState::add)
                .combine(SumState::combine);
    }

    static Aggregation<Long, ?, SumState> withoutCombination() {
        return Aggregation.flyweight(SumState::new, SumState::add);
    }

    @Override
    public int encodedLength() {
        return 3 * Long.BYTES;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    private void add(final Long value) {
        if (value == REFUSED) {
            throw new IllegalArgumentException("refused");
        }
        set(count() + 1, sum() + value, count() == 0 ? value : Math.min(min(), value));
    }

    private void combine(final SumState from) {
        if (from.count() > 0) {
            final long min = count() == 0 ? from.min() : Math.min(min(), from.min());
            set(count() + from.count(), sum() + from.sum(), min);
        }
    }

    private void set(final long count, final long sum, final long min) {
        buffer.putLong(offset, count);
        buffer.putLong(offset + Long.BYTES, sum);
        buffer.putLong(offset + 2 * Long.BYTES, min);
    }

    long count() {
        return buffer.getLong(offset);
    }

    long sum() {
        return buffer.getLong(offset + Long.BYTES);
    }

    private long min() {
        return buffer.getLong(offset + 2 * Long.BYTES);
    }

    private String text() {
        return count() + "/" + sum() + "/" + min();
    }
}
