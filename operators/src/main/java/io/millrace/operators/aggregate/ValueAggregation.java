package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.GuardedCodec;
import io.millrace.operators.codec.Lender;
import io.millrace.operators.core.ClassCopies;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An aggregation in immutable values on the heap.
 *
 * @param <V> type of the records.
 * @param <A> type of the values.
 * @param <R> type of the result.
 */
public final class ValueAggregation<V, A, R> extends Aggregation<V, A, R> {
    private final Codec<A> codec;
    private final Supplier<? extends A> initial;
    private final BiFunction<? super A, ? super V, ? extends A> add;
    private final BinaryOperator<A> combine;
    private final Function<? super A, ? extends R> result;

    ValueAggregation(
            final String name,
            final Codec<A> codec,
            final Supplier<? extends A> initial,
            final BiFunction<? super A, ? super V, ? extends A> add,
            final BinaryOperator<A> combine,
            final Function<? super A, ? extends R> result) {
        super(name);
        this.codec = codec;
        this.initial = initial;
        this.add = add;
        this.combine = combine;
        this.result = result;
    }

    /**
     * Says how two values become one, so that panes and partial sums can be used.
     *
     * @param newCombine makes a value of two, changing neither. The outcome must be that of adding all records of both to
     *                   one value, in whatever order and grouping.
     * @return the same aggregation, combinable.
     */
    public ValueAggregation<V, A, R> combine(final BinaryOperator<A> newCombine) {
        return new ValueAggregation<>(name(), codec, initial, add, newCombine, result);
    }

    @Override
    public <Q> ValueAggregation<V, A, Q> result(final Function<? super A, ? extends Q> function) {
        return new ValueAggregation<>(name(), codec, initial, add, combine, function);
    }

    @Override
    public ValueAggregation<V, A, R> named(final String newName) {
        return new ValueAggregation<>(newName, codec, initial, add, combine, result);
    }

    @Override
    public boolean isCombinable() {
        return combine != null;
    }

    @Override
    public String describeState() {
        return "a value on the heap [" + codec.describe() + "]";
    }

    // What is kept holds for ever; only a value that another task sent may be a view.
    @Override
    public Aggregation<V, ?, R> lentBy(final Lender lender) {
        return codec.isBorrowed()
                ? new ValueAggregation<>(name(), new GuardedCodec<>(codec, lender), initial, add, combine, result)
                : this;
    }

    @Override
    @SuppressWarnings("unchecked") // A copy of the class has the same constructor.
    public Aggregator<V, R> forTask(final ClassCopies copies) {
        return copies == null
                ? new ValueAggregator<>(codec.forTask(), initial, add, combine, result)
                : copies.instantiate(
                        Aggregator.class, ValueAggregator.class, codec.forTask(), initial, add, combine, result);
    }
}
