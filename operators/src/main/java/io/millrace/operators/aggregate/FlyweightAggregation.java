package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Lender;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.state.StateFlyweight;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An aggregation in bytes outside the heap.
 *
 * @param <V> type of the records.
 * @param <S> type of the state.
 * @param <R> type of the result.
 */
public final class FlyweightAggregation<V, S extends StateFlyweight, R> extends Aggregation<V, S, R> {
    private final Supplier<S> factory;
    private final BiConsumer<? super S, ? super V> add;
    private final BiConsumer<? super S, ? super V> subtract;
    private final BiConsumer<? super S, ? super S> combine;
    private final boolean alwaysCombines;
    private final Function<? super S, ? extends R> result;
    private final CopyMaker copyMaker;

    FlyweightAggregation(
            final String name,
            final Supplier<S> factory,
            final BiConsumer<? super S, ? super V> add,
            final BiConsumer<? super S, ? super V> subtract,
            final BiConsumer<? super S, ? super S> combine,
            final boolean alwaysCombines,
            final Function<? super S, ? extends R> result) {
        this(
                name,
                factory,
                add,
                subtract,
                combine,
                alwaysCombines,
                result,
                (buffer, offset) -> new FlyweightCopy<>(factory, combine, result, buffer, offset));
    }

    private FlyweightAggregation(
            final String name,
            final Supplier<S> factory,
            final BiConsumer<? super S, ? super V> add,
            final BiConsumer<? super S, ? super V> subtract,
            final BiConsumer<? super S, ? super S> combine,
            final boolean alwaysCombines,
            final Function<? super S, ? extends R> result,
            final CopyMaker copyMaker) {
        super(name);
        this.copyMaker = copyMaker;
        this.factory = factory;
        this.add = add;
        this.subtract = subtract;
        this.combine = combine;
        this.alwaysCombines = alwaysCombines;
        this.result = result;
    }

    /**
     * Says how two states become one, so that panes and partial sums can be used.
     *
     * @param newCombine takes the second state into the first one. The outcome must be that of adding all records of both
     *                   to one state, in whatever order and grouping.
     * @return the same aggregation, combinable.
     */
    public FlyweightAggregation<V, S, R> combine(final BiConsumer<? super S, ? super S> newCombine) {
        return new FlyweightAggregation<>(name(), factory, add, subtract, newCombine, false, result);
    }

    /**
     * As {@link #combine}, for a function that never throws. A window in two halves needs that where its error policy goes on
     * after a failure: records that were added up cannot be left out one by one.
     *
     * @param newCombine takes the second state into the first one, whatever they are.
     * @return the same aggregation, combinable.
     */
    public FlyweightAggregation<V, S, R> combineAlways(final BiConsumer<? super S, ? super S> newCombine) {
        return new FlyweightAggregation<>(name(), factory, add, subtract, newCombine, true, result);
    }

    /**
     * Says how a record is taken out of a state again, so that the values of a table can be aggregated.
     *
     * @param newSubtract takes a record out of the state. Where a record was added before, in whatever order with others, the
     *                    outcome must be the state without it, to the byte.
     * @return the same aggregation, subtractable.
     */
    public FlyweightAggregation<V, S, R> subtract(final BiConsumer<? super S, ? super V> newSubtract) {
        return new FlyweightAggregation<>(name(), factory, add, newSubtract, combine, alwaysCombines, result);
    }

    /**
     * Takes other records into the same state, as a co-group of several streams does. What it could subtract it cannot any more.
     *
     * @param newAdd takes a record into the state, as the function that it takes the place of.
     * @param <W>    type of the records.
     * @return the aggregation of those records.
     */
    public <W> FlyweightAggregation<W, S, R> adding(final BiConsumer<? super S, ? super W> newAdd) {
        return new FlyweightAggregation<>(name(), factory, newAdd, null, combine, alwaysCombines, result);
    }

    /**
     * How a record is added.
     *
     * @return the function that takes a record into the state.
     */
    public BiConsumer<? super S, ? super V> add() {
        return add;
    }

    @Override
    public boolean isSubtractable() {
        return subtract != null;
    }

    @Override
    public boolean alwaysCombines() {
        return alwaysCombines;
    }

    @Override
    public <Q> FlyweightAggregation<V, S, Q> result(final Function<? super S, ? extends Q> function) {
        return new FlyweightAggregation<>(name(), factory, add, subtract, combine, alwaysCombines, function);
    }

    @Override
    public FlyweightAggregation<V, S, R> named(final String newName) {
        return new FlyweightAggregation<>(newName, factory, add, subtract, combine, alwaysCombines, result);
    }

    @Override
    public boolean isCombinable() {
        return combine != null;
    }

    @Override
    public String describeState() {
        return factory.get().encodedLength() + " bytes";
    }

    // A copy of a state is nobody's loan, so it is made by the functions themselves.
    @Override
    public Aggregation<V, ?, R> lentBy(final Lender lender) {
        final int length = factory.get().encodedLength();
        final LentFunctions<V, S, R> functions = new LentFunctions<>(lender, factory);
        return new FlyweightAggregation<>(
                name(),
                () -> new StateSlot(length),
                functions.add(add),
                subtract == null ? null : functions.add(subtract),
                combine == null ? null : functions.combine(combine),
                alwaysCombines,
                functions.result(result),
                copyMaker);
    }

    @Override
    @SuppressWarnings("unchecked") // A copy of the class has the same constructor.
    public Aggregator<V, R> forTask(final ClassCopies copies) {
        return copies == null
                ? new FlyweightAggregator<>(factory, add, subtract, combine, result, copyMaker)
                : copies.instantiate(
                        Aggregator.class,
                        FlyweightAggregator.class,
                        factory,
                        add,
                        subtract,
                        combine,
                        result,
                        copyMaker);
    }
}
