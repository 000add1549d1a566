package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Average;
import io.millrace.operators.aggregate.ExtremeState;
import io.millrace.operators.aggregate.SumState;
import io.millrace.operators.aggregate.TopN;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.CountState;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.ToLongFunction;

/**
 * The aggregations that come with Millrace, all of them combinable. Others are described with {@link Aggregation#flyweight}
 * and {@link Aggregation#values}.
 */
public final class Aggregations {
    private Aggregations() {}

    /**
     * Counts records.
     *
     * @param <V> type of the records.
     * @return an aggregation whose result is their number.
     */
    public static <V> Aggregation<V, CountState, Long> count() {
        return Aggregation.<V, CountState>flyweight(CountState::new, (state, value) -> state.increment())
                .subtract((state, value) -> state.decrement())
                .combineAlways(CountState::add)
                .named("count")
                .result(CountState::value);
    }

    /**
     * Adds numbers up.
     *
     * @param number of a record.
     * @param <V>    type of the records.
     * @return an aggregation whose result is the exact sum; a number that would make it leave 64 bits is refused.
     */
    public static <V> Aggregation<V, SumState, Long> sum(final ToLongFunction<? super V> number) {
        return Aggregation.<V, SumState>flyweight(SumState::new, (state, value) -> state.add(number.applyAsLong(value)))
                .subtract((state, value) -> state.subtract(number.applyAsLong(value)))
                .combine(SumState::combine)
                .named("sum")
                .result(SumState::value);
    }

    /**
     * Finds the smallest number.
     *
     * @param number of a record.
     * @param <V>    type of the records.
     * @return an aggregation whose result is that number.
     */
    public static <V> Aggregation<V, ExtremeState, Long> min(final ToLongFunction<? super V> number) {
        return Aggregation.<V, ExtremeState>flyweight(
                        ExtremeState::new, (state, value) -> state.min(number.applyAsLong(value)))
                .combineAlways((state, other) -> state.min(other.value()))
                .named("min")
                .result(ExtremeState::value);
    }

    /**
     * Finds the largest number.
     *
     * @param number of a record.
     * @param <V>    type of the records.
     * @return an aggregation whose result is that number.
     */
    public static <V> Aggregation<V, ExtremeState, Long> max(final ToLongFunction<? super V> number) {
        return Aggregation.<V, ExtremeState>flyweight(
                        ExtremeState::new, (state, value) -> state.max(number.applyAsLong(value)))
                .combineAlways((state, other) -> state.max(other.value()))
                .named("max")
                .result(ExtremeState::value);
    }

    /**
     * Averages numbers.
     *
     * @param number of a record.
     * @param <V>    type of the records.
     * @return an aggregation whose result has the exact sum, the count and their quotient; a view, valid inside the call.
     */
    public static <V> Aggregation<V, Average, Average> average(final ToLongFunction<? super V> number) {
        return Aggregation.<V, Average>flyweight(Average::new, (state, value) -> state.add(number.applyAsLong(value)))
                .subtract((state, value) -> state.subtract(number.applyAsLong(value)))
                .combine(Average::combine)
                .named("average");
    }

    /**
     * Makes one record of all.
     *
     * @param codec    that writes the records; where it lends them, a copy is kept.
     * @param function makes one record of two, in whatever order and grouping; it changes neither.
     * @param <V>      type of the records.
     * @return an aggregation whose result is the record that is left; the first one as it came.
     */
    public static <V> Aggregation<V, V, V> reduce(final Codec<V> codec, final BinaryOperator<V> function) {
        return Aggregation.<V, V>values(
                        codec, () -> null, (held, value) -> held == null ? value : function.apply(held, value))
                .combine(function)
                .named("reduce");
    }

    /**
     * Keeps the records with the largest scores.
     *
     * @param n     how many at most, at least 1.
     * @param score of a record.
     * @param codec that writes the records; where it lends them, copies are kept.
     * @param <V>   type of the records.
     * @return an aggregation whose result is the list of them, the largest score first, and of equal ones the earlier first.
     */
    public static <V> Aggregation<V, TopN<V>, List<V>> topN(
            final int n, final ToLongFunction<? super V> score, final Codec<V> codec) {
        return TopN.aggregation(n, score, codec);
    }
}
