package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.Lender;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.state.StateFlyweight;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How the records of a key become one result: state, how a record is added to it, and what is made of it at last. A
 * description, immutable and shared by all tasks; each operator asks {@link #forTask()} for what does the work.
 *
 * <p>State is of one of two kinds: a {@linkplain #flyweight view} of a fixed number of bytes outside the heap, which costs
 * no object for a key, or a {@linkplain #values value} on the heap.
 *
 * @param <V> type of the records.
 * @param <S> type of the state.
 * @param <R> type of the result.
 */
public abstract sealed class Aggregation<V, S, R> permits FlyweightAggregation, ValueAggregation {
    private static final ClassCopies NO_COPIES = null;

    private final String name;

    Aggregation(final String name) {
        this.name = name;
    }

    /**
     * Aggregates in state of a fixed size outside the heap.
     *
     * @param factory makes a view of the state; a new state's bytes are all zero.
     * @param add     takes a record into the state; when it throws, what it has written by then stays.
     * @param <V>     type of the records.
     * @param <S>     type of the state.
     * @return an aggregation whose result is the state.
     */
    public static <V, S extends StateFlyweight> FlyweightAggregation<V, S, S> flyweight(
            final Supplier<S> factory, final BiConsumer<? super S, ? super V> add) {
        return new FlyweightAggregation<>("aggregate", factory, add, null, null, false, Function.identity());
    }

    /**
     * Aggregates in immutable values on the heap.
     *
     * @param codec   that writes a value, for snapshots and exchanges; where it lends its values, what is kept is a copy.
     * @param initial makes the value of no records; may make null, if {@code add} takes it.
     * @param add     makes a value of an earlier one and a record, never null; when it throws, the earlier one stays.
     * @param <V>     type of the records.
     * @param <A>     type of the values.
     * @return an aggregation whose result is the value.
     */
    public static <V, A> ValueAggregation<V, A, A> values(
            final Codec<A> codec,
            final Supplier<? extends A> initial,
            final BiFunction<? super A, ? super V, ? extends A> add) {
        Objects.requireNonNull(codec, "an aggregation of values on the heap needs their codec");
        return new ValueAggregation<>("aggregate", codec, initial, add, null, null, Function.identity());
    }

    /**
     * Makes something else of the result.
     *
     * @param function that makes it of the state.
     * @param <Q>      type of the new result.
     * @return the same aggregation with another result.
     */
    public abstract <Q> Aggregation<V, S, Q> result(Function<? super S, ? extends Q> function);

    /**
     * Gives it a name.
     *
     * @param newName for plans, such as {@code count}.
     * @return the same aggregation under that name.
     */
    public abstract Aggregation<V, S, R> named(String newName);

    /**
     * Names it for plans and messages.
     *
     * @return a short name, such as {@code count}.
     */
    public final String name() {
        return name;
    }

    /**
     * Tells whether two states can become one.
     *
     * @return true once {@code combine} was given.
     */
    public abstract boolean isCombinable();

    /**
     * Tells whether a record can be taken out of a state again, as the aggregation of a table needs it.
     *
     * @return true once {@code subtract} was given.
     */
    public abstract boolean isSubtractable();

    /**
     * Tells whether combining two states never fails, so that partial sums can stand for their records under any error policy.
     *
     * @return true once {@code combineAlways} was given.
     */
    public boolean alwaysCombines() {
        return false;
    }

    /**
     * Tells what is kept for a key, for plans.
     *
     * @return such as {@code 24 bytes} or {@code a value on the heap}.
     */
    public abstract String describeState();

    /**
     * Test mode: an aggregation that gives its functions views that throw when they are used after their call.
     *
     * @param lender of the operator that aggregates; its task's alone.
     * @return an aggregation with the same results.
     */
    public abstract Aggregation<V, ?, R> lentBy(Lender lender);

    /**
     * Makes what does the work.
     *
     * @return an aggregator for one operator of a task.
     */
    public final Aggregator<V, R> forTask() {
        return forTask(NO_COPIES);
    }

    /**
     * Makes what does the work, of a copy of its class, so that the user's functions are inlined.
     *
     * @param copies of the operator's node; null to use the class itself.
     * @return an aggregator for one operator of a task.
     */
    public abstract Aggregator<V, R> forTask(ClassCopies copies);
}
