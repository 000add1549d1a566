package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FilterOperator;
import io.millrace.operators.core.MapOperator;
import io.millrace.operators.core.PeekOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Values under keys: all values of a key are seen by one task, in one order. Here is what needs a key: windows, running
 * aggregates, and whatever else keeps state.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class KeyedStream<K, V> {
    final Flow<V> flow;
    final Codec<K> keyCodec;

    KeyedStream(final Flow<V> flow, final Codec<K> keyCodec) {
        this.flow = flow;
        this.keyCodec = keyCodec;
    }

    /**
     * Keeps the values that a predicate accepts.
     *
     * @param predicate true for what passes.
     * @return the values that pass, under their keys.
     */
    public KeyedStream<K, V> filter(final Predicate<? super V> predicate) {
        return new KeyedStream<>(
                flow.stateless(
                        "filter",
                        (scope, nexts) ->
                                scope.operator(FilterOperator.class, scope.failures(), predicate, nexts.get(0)),
                        flow.codec()),
                keyCodec);
    }

    /**
     * Shows each value to a consumer.
     *
     * @param consumer that looks at it and changes nothing.
     * @return the same values.
     */
    public KeyedStream<K, V> peek(final Consumer<? super V> consumer) {
        return new KeyedStream<>(
                flow.stateless(
                        "peek",
                        (scope, nexts) -> scope.operator(PeekOperator.class, scope.failures(), consumer, nexts.get(0)),
                        flow.codec()),
                keyCodec);
    }

    /**
     * Makes another value of each; its key stays.
     *
     * @param function that makes it, never null.
     * @param newCodec that writes it.
     * @param <R>      type of the new values.
     * @return the new values, under their keys.
     */
    public <R> KeyedStream<K, R> mapValues(final Function<? super V, ? extends R> function, final Codec<R> newCodec) {
        return new KeyedStream<>(
                flow.stateless(
                        "mapValues",
                        (scope, nexts) -> scope.operator(MapOperator.class, scope.failures(), function, nexts.get(0)),
                        newCodec),
                keyCodec);
    }

    /**
     * Parts the values of each key into windows.
     *
     * @param name    of the step, unique in the topology; its state is bound to it.
     * @param windows into which they are parted.
     * @return the windows, to be aggregated.
     */
    public WindowedStream<K, V> window(final String name, final Windows windows) {
        flow.topology().checkStep(name);
        if (windows.mistake() != null) {
            flow.topology().mistake("window " + name, windows.mistake());
        }
        return new WindowedStream<>(flow, keyCodec, name, windows);
    }

    /**
     * Says what the last step does with a value that makes its function fail.
     *
     * @param policy to follow, in the place of that of the topology.
     * @return this stream.
     */
    public KeyedStream<K, V> onError(final ErrorPolicy policy) {
        flow.onError(policy);
        return this;
    }

    /**
     * Goes on without the key; the values keep it in the log.
     *
     * @return the same values.
     */
    public Stream<V> values() {
        return new Stream<>(flow);
    }

    /**
     * Appends each value under its key to a topic, which is created with the job when it does not exist.
     *
     * @param topic that no other sink of the topology writes.
     */
    public void to(final String topic) {
        flow.to(topic);
    }
}
