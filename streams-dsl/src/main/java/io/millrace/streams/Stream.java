package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FilterOperator;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.MapOperator;
import io.millrace.operators.core.PeekOperator;
import io.millrace.operators.output.EncodingCodec;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TaskScope;
import io.millrace.streams.topology.TopologyNode;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A stream of values. Each verb adds a step and gives the stream that comes out of it; a stream may be used more than
 * once, and each use sees every value.
 *
 * <p>A value may be a flyweight over the log: it is valid inside the function that gets it, and not after.
 *
 * @param <V> type of the values.
 */
public class Stream<V> {
    final Topology topology;
    final TopologyNode node;
    // Null where a function made the values and nobody said how to write them.
    final Codec<V> codec;

    Stream(final Topology topology, final TopologyNode node, final Codec<V> codec) {
        this.topology = topology;
        this.node = node;
        this.codec = codec;
    }

    /**
     * Keeps the values that a predicate accepts.
     *
     * @param predicate that accepts a value.
     * @return the stream of the accepted values.
     */
    public final Stream<V> filter(final Predicate<? super V> predicate) {
        final String name = topology.nextName("filter");
        return then(
                new StepNode<V, V>(name, name, null, (scope, next) -> new FilterOperator<>(name, predicate, next)),
                codec);
    }

    /**
     * Shows each value to a consumer, such as a counter or a printer. On a replay it sees the values again.
     *
     * @param consumer that looks at a value.
     * @return the stream of the same values.
     */
    public final Stream<V> peek(final Consumer<? super V> consumer) {
        final String name = topology.nextName("peek");
        return then(
                new StepNode<V, V>(name, name, null, (scope, next) -> new PeekOperator<>(name, consumer, next)), codec);
    }

    /**
     * Makes a new value of each value.
     *
     * @param function from a value to the new one, never null.
     * @param newCodec of the new values, for a step that writes them to the log.
     * @param <R>      type of the new values.
     * @return the stream of the new values.
     */
    public final <R> Stream<R> map(final Function<? super V, ? extends R> function, final Codec<R> newCodec) {
        final String name = topology.nextName("map");
        return then(
                new StepNode<V, R>(name, name, null, (scope, next) -> new MapOperator<V, R>(name, function, next)),
                newCodec);
    }

    /**
     * Makes a new value of each value, for steps that do not write it to the log.
     *
     * @param function from a value to the new one, never null.
     * @param <R>      type of the new values.
     * @return the stream of the new values.
     */
    public final <R> Stream<R> map(final Function<? super V, ? extends R> function) {
        return map(function, null);
    }

    /**
     * Writes each value as an SBE message.
     *
     * @param factory  that makes a generated encoder, such as {@code CandleEncoder::new}.
     * @param function that fills the encoder from a value; fields that it leaves out are zero.
     * @param <E>      type of the encoder.
     * @return the stream of messages, that can be written to a topic.
     */
    public final <E extends MessageEncoderFlyweight> EncodedStream map(
            final Supplier<E> factory, final BiConsumer<? super V, ? super E> function) {
        return new EncodedStream(topology, node, new EncodingCodec<V, E>(factory, function));
    }

    /**
     * Brings the values of each key together in one partition, through an exchange in the log.
     *
     * @param exchange name of the exchange, unique in the topology; the log keeps it as topic {@code job.exchange}.
     * @param keyCodec of the keys.
     * @param key      of a value, never null.
     * @param <K>      type of the keys.
     * @return the stream, keyed.
     */
    public final <K> KeyedStream<K, V> keyBy(
            final String exchange, final Codec<K> keyCodec, final Function<? super V, ? extends K> key) {
        return exchange(exchange, keyCodec, scope -> new FunctionKeyWriter<>(scope.codec(keyCodec), key));
    }

    /**
     * Does what {@link #keyBy} does for a key that is written as bytes, so that nothing is allocated for it.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param keyCodec of the keys, that reads what the writer wrote.
     * @param key      writes the key of a value; all tasks share it, on whatever threads, so it keeps nothing.
     * @param <K>      type of the keys.
     * @return the stream, keyed.
     */
    public final <K> KeyedStream<K, V> keyByBytes(
            final String exchange, final Codec<K> keyCodec, final KeyWriter<? super V> key) {
        return exchange(exchange, keyCodec, scope -> key);
    }

    private <K> KeyedStream<K, V> exchange(
            final String exchange, final Codec<K> keyCodec, final Function<TaskScope, KeyWriter<? super V>> keyWriter) {
        topology.checkStep(exchange);
        if (codec == null) {
            topology.mistake(
                    "exchange " + exchange,
                    "it does not know how to write what " + node.name()
                            + " makes; give that step a codec: map(function, codec)");
            return new KeyedStream<>(topology, node, null, keyCodec);
        }
        final ExchangeNode exchangeNode = ExchangeNode.of(exchange, codec, keyCodec.describe(), keyWriter);
        node.add(exchangeNode);
        return new KeyedStream<>(topology, exchangeNode, codec, keyCodec);
    }

    /**
     * Writes the values to a topic, which is made if it does not exist.
     *
     * @param topic to write; a record goes to the partition that its key's hash names.
     */
    public final void to(final String topic) {
        topology.addOutput(topic);
        if (codec == null) {
            topology.mistake(
                    "sink " + topic,
                    "it does not know how to write what " + node.name()
                            + " makes; give that step a codec: map(function, codec)");
            return;
        }
        node.add(new SinkNode(topic, codec));
    }

    private <R> Stream<R> then(final StepNode<V, R> step, final Codec<R> newCodec) {
        node.add(step);
        return new Stream<>(topology, step, newCodec);
    }
}
