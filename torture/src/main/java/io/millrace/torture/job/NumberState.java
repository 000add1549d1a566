package io.millrace.torture.job;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.FlyweightAggregation;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.window.Windowed;
import java.util.function.BiConsumer;
import org.agrona.MutableDirectBuffer;

/** How many values there were, the sum of their amounts, and the smallest and largest of some number of theirs. */
final class NumberState implements StateFlyweight {
    private static final int COUNT_OFFSET = 0;
    private static final int SUM_OFFSET = 8;
    private static final int MIN_OFFSET = 16;
    private static final int MAX_OFFSET = 24;
    private static final int LENGTH = 32;

    private MutableDirectBuffer buffer;
    private int offset;

    /** An aggregation of values whose sum and number the function adds with {@link #add(long, long)}. */
    static <V> FlyweightAggregation<V, NumberState, NumberState> of(final BiConsumer<NumberState, V> add) {
        return Aggregation.<V, NumberState>flyweight(NumberState::new, add).combineAlways(NumberState::combine);
    }

    /** What goes out: beginning and end of the window, then the state. */
    static long[] output(final Windowed<?, NumberState> window) {
        final NumberState state = window.value();
        return new long[] {
            window.startNs(),
            window.endNs(),
            state.get(COUNT_OFFSET),
            state.get(SUM_OFFSET),
            state.get(MIN_OFFSET),
            state.get(MAX_OFFSET)
        };
    }

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final long amount, final long number) {
        merge(1, amount, number, number);
    }

    private void combine(final NumberState other) {
        merge(other.get(COUNT_OFFSET), other.get(SUM_OFFSET), other.get(MIN_OFFSET), other.get(MAX_OFFSET));
    }

    private void merge(final long count, final long sum, final long min, final long max) {
        if (count == 0) {
            return;
        }
        final boolean isFirst = get(COUNT_OFFSET) == 0;
        put(MIN_OFFSET, isFirst ? min : Math.min(get(MIN_OFFSET), min));
        put(MAX_OFFSET, isFirst ? max : Math.max(get(MAX_OFFSET), max));
        put(SUM_OFFSET, get(SUM_OFFSET) + sum);
        put(COUNT_OFFSET, get(COUNT_OFFSET) + count);
    }

    private long get(final int fieldOffset) {
        return buffer.getLong(offset + fieldOffset);
    }

    private void put(final int fieldOffset, final long value) {
        buffer.putLong(offset + fieldOffset, value);
    }
}
