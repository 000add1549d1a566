package io.millrace.perf.flink;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.AggregateFunction;

/** The highest items of a window, all of a tie. State lies on the heap, so they are never serialized. */
final class Highest<T> implements AggregateFunction<T, Highest.Items<T>, Highest.Items<T>> {
    @Serial
    private static final long serialVersionUID = 1;

    private final Number<T> number;

    Highest(final Number<T> number) {
        this.number = number;
    }

    /** What makes an item high. */
    @FunctionalInterface
    interface Number<T> extends Serializable {
        long of(T item);
    }

    /** Some items that are equally high. */
    static final class Items<T> {
        final List<T> list = new ArrayList<>();
        long highest;
    }

    @Override
    public Items<T> createAccumulator() {
        return new Items<>();
    }

    @Override
    public Items<T> add(final T item, final Items<T> items) {
        final long value = number.of(item);
        if (items.list.isEmpty() || value > items.highest) {
            items.list.clear();
            items.highest = value;
        }
        if (value == items.highest) {
            items.list.add(item);
        }
        return items;
    }

    @Override
    public Items<T> getResult(final Items<T> items) {
        return items;
    }

    @Override
    public Items<T> merge(final Items<T> one, final Items<T> other) {
        throw new UnsupportedOperationException("these windows do not merge");
    }
}
