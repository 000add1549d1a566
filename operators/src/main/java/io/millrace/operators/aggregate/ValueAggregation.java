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
    private final BiFunction<? super A, ? super V, ? extends A> subtract;
    private final BinaryOperator<A> combine;
    private final Function<? super A, ? extends R> result;

    ValueAggregation(
            final String name,
            final Codec<A> codec,
            final Supplier<? extends A> initial,
            final BiFunction<? super A, ? super V, ? extends A> add,
            final BiFunction<? super A, ? super V, ? extends A> subtract,
            final BinaryOperator<A> combine,
            final Function<? super A, ? extends R> result) {
        super(name);
        this.codec = codec;
        this.initial = initial;
        this.add = add;
        this.subtract = subtract;
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
        return new ValueAggregation<>(name(), codec, initial, add, subtract, newCombine, result);
    }

    /**
     * Says how a record is taken out of a value again, so that the values of a table can be aggregated.
     *
     * @param newSubtract makes a value of an earlier one and a record that was added before, never null, changing neither. The
     *                    outcome must be the value without it, whatever the order in which records were added.
     * @return the same aggregation, subtractable.
     */
    public ValueAggregation<V, A, R> subtract(final BiFunction<? super A, ? super V, ? extends A> newSubtract) {
        return new ValueAggregation<>(name(), codec, initial, add, newSubtract, combine, result);
    }

    /**
     * Takes other records into the same values, as a co-group of several streams does. What it could subtract it cannot any more.
     *
     * @param newAdd makes a value of an earlier one and a record, as the function that it takes the place of.
     * @param <W>    type of the records.
     * @return the aggregation of those records.
     */
    public <W> ValueAggregation<W, A, R> adding(final BiFunction<? super A, ? super W, ? extends A> newAdd) {
        return new ValueAggregation<>(name(), codec, initial, newAdd, null, combine, result);
    }

    /**
     * How a record is added.
     *
     * @return the function that makes a value of an earlier one and a record.
     */
    public BiFunction<? super A, ? super V, ? extends A> add() {
        return add;
    }

    @Override
    public boolean isSubtractable() {
        return subtract != null;
    }

    @Override
    public <Q> ValueAggregation<V, A, Q> result(final Function<? super A, ? extends Q> function) {
        return new ValueAggregation<>(name(), codec, initial, add, subtract, combine, function);
    }

    @Override
    public ValueAggregation<V, A, R> named(final String newName) {
        return new ValueAggregation<>(newName, codec, initial, add, subtract, combine, result);
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
                ? new ValueAggregation<>(
                        name(), new GuardedCodec<>(codec, lender), initial, add, subtract, combine, result)
                : this;
    }

    @Override
    @SuppressWarnings("unchecked") // A copy of the class has the same constructor.
    public Aggregator<V, R> forTask(final ClassCopies copies) {
        return copies == null
                ? new ValueAggregator<>(codec.forTask(), initial, add, subtract, combine, result)
                : copies.instantiate(
                        Aggregator.class,
                        ValueAggregator.class,
                        codec.forTask(),
                        initial,
                        add,
                        subtract,
                        combine,
                        result);
    }
}
