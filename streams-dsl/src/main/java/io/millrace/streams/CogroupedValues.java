package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.ValueAggregation;
import io.millrace.operators.join.Sided;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * Several streams that are aggregated together in immutable values on the heap.
 *
 * @param <K> type of the keys.
 * @param <A> type of the value that all add to.
 * @param <R> type of the result.
 */
public final class CogroupedValues<K, A, R> extends Cogroup<K, R> {
    private final ValueAggregation<?, A, R> state;
    private final List<BiFunction<A, Object, A>> adds = new ArrayList<>();

    <V> CogroupedValues(final KeyedStream<K, V> first, final ValueAggregation<V, A, R> aggregation) {
        super(first);
        this.state = aggregation;
        adds.add(untyped(aggregation.add()));
    }

    /**
     * Adds the values of another stream to the same value.
     *
     * @param stream of the same topology, whose keys are written in the same way.
     * @param add    makes a value of an earlier one and one of the stream, never null; when it throws, the earlier one stays.
     * @param <V>    type of the values of the stream.
     * @return this.
     */
    public <V> CogroupedValues<K, A, R> with(
            final KeyedStream<K, V> stream, final BiFunction<? super A, ? super V, ? extends A> add) {
        Objects.requireNonNull(add, "with(…) needs to know how a value is added");
        add(stream);
        adds.add(untyped(add));
        return this;
    }

    @SuppressWarnings("unchecked") // A function only ever gets values of its own stream.
    private BiFunction<A, Object, A> untyped(final BiFunction<? super A, ?, ? extends A> add) {
        return (BiFunction<A, Object, A>) add;
    }

    @Override
    Aggregation<Sided, ?, R> aggregation() {
        final List<BiFunction<A, Object, A>> all = List.copyOf(adds);
        return state.adding((held, sided) -> all.get(sided.side()).apply(held, sided.value()));
    }
}
