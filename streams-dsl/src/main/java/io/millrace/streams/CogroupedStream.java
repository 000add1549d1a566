package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.FlyweightAggregation;
import io.millrace.operators.join.Sided;
import io.millrace.operators.state.StateFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * Several streams that are aggregated together in state of a fixed size outside the heap.
 *
 * @param <K> type of the keys.
 * @param <S> type of the state.
 * @param <R> type of the result.
 */
public final class CogroupedStream<K, S extends StateFlyweight, R> extends Cogroup<K, R> {
    private final FlyweightAggregation<?, S, R> state;
    private final List<BiConsumer<S, Object>> adds = new ArrayList<>();

    <V> CogroupedStream(final KeyedStream<K, V> first, final FlyweightAggregation<V, S, R> aggregation) {
        super(first);
        this.state = aggregation;
        adds.add(untyped(aggregation.add()));
    }

    /**
     * Adds the values of another stream to the same state.
     *
     * @param stream of the same topology, whose keys are written in the same way.
     * @param add    takes a value into the state; when it throws, what it has written by then stays.
     * @param <V>    type of the values of the stream.
     * @return this.
     */
    public <V> CogroupedStream<K, S, R> with(
            final KeyedStream<K, V> stream, final BiConsumer<? super S, ? super V> add) {
        Objects.requireNonNull(add, "with(…) needs to know how a value is added");
        add(stream);
        adds.add(untyped(add));
        return this;
    }

    @SuppressWarnings("unchecked") // A function only ever gets values of its own stream.
    private BiConsumer<S, Object> untyped(final BiConsumer<? super S, ?> add) {
        return (BiConsumer<S, Object>) add;
    }

    @Override
    Aggregation<Sided, ?, R> aggregation() {
        final List<BiConsumer<S, Object>> all = List.copyOf(adds);
        return state.adding((into, sided) -> all.get(sided.side()).accept(into, sided.value()));
    }
}
