package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FilterOperator;
import io.millrace.operators.core.FlatMapOperator;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.MapOperator;
import io.millrace.operators.core.PeekOperator;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.output.EncodingCodec;
import io.millrace.operators.output.FunctionKeyWriter;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Values without a key, each with an event time. What needs a key, such as an aggregation, begins with {@link #keyBy}.
 *
 * <p>A stream may be used more than once: all that is attached to it gets each value, in the order in which it was attached.
 * Values that are flyweights are valid inside the call of a function only; who keeps one copies it.
 *
 * @param <V> type of the values.
 */
public class Stream<V> {
    final Flow<V> flow;

    Stream(final Flow<V> flow) {
        this.flow = flow;
    }

    /**
     * Keeps the values that a predicate accepts.
     *
     * @param predicate true for what passes.
     * @return the values that pass.
     */
    public final Stream<V> filter(final Predicate<? super V> predicate) {
        Objects.requireNonNull(predicate, "filter needs a predicate");
        return new Stream<>(flow.stateless(
                "filter",
                (scope, nexts) -> scope.operator(FilterOperator.class, scope.failures(), predicate, nexts.get(0)),
                flow.codec()));
    }

    /**
     * Shows each value to a consumer.
     *
     * @param consumer that looks at it and changes nothing.
     * @return the same values.
     */
    public final Stream<V> peek(final Consumer<? super V> consumer) {
        Objects.requireNonNull(consumer, "peek needs a consumer");
        return new Stream<>(flow.stateless(
                "peek",
                (scope, nexts) -> scope.operator(PeekOperator.class, scope.failures(), consumer, nexts.get(0)),
                flow.codec()));
    }

    /**
     * Makes another value of each.
     *
     * @param function that makes it, never null.
     * @param newCodec that writes it.
     * @param <R>      type of the new values.
     * @return the new values.
     */
    public final <R> Stream<R> map(final Function<? super V, ? extends R> function, final Codec<R> newCodec) {
        Objects.requireNonNull(function, "map needs a function");
        return new Stream<>(flow.stateless(
                "map",
                (scope, nexts) -> scope.operator(MapOperator.class, scope.failures(), function, nexts.get(0)),
                newCodec));
    }

    /**
     * Makes another value of each, that is not written as it is: to no topic, and through no exchange that another task reads.
     *
     * @param function that makes it, never null.
     * @param <R>      type of the new values.
     * @return the new values.
     */
    public final <R> Stream<R> map(final Function<? super V, ? extends R> function) {
        Objects.requireNonNull(function, "map needs a function");
        return map(function, null);
    }

    /**
     * Makes an SBE message of each value, written straight into the output's record in the log.
     *
     * @param factory  makes the encoder, once for each task.
     * @param function fills the message; fields that it does not set are zero.
     * @param <E>      type of the encoder.
     * @return the messages, which can be sent to a topic.
     */
    public final <E extends MessageEncoderFlyweight> EncodedStream map(
            final Supplier<E> factory, final BiConsumer<? super V, ? super E> function) {
        return new EncodedStream(
                new Flow<>(flow.topology(), flow.node(), flow.port(), new EncodingCodec<V, E>(factory, function)));
    }

    /**
     * Makes any number of values of each.
     *
     * @param function gives them to a consumer, inside the call.
     * @param newCodec that writes them.
     * @param <R>      type of the new values.
     * @return the new values, in the order in which they were given.
     */
    public final <R> Stream<R> flatMap(
            final BiConsumer<? super V, ? super Consumer<R>> function, final Codec<R> newCodec) {
        Objects.requireNonNull(function, "flatMap needs a function");
        return new Stream<>(flow.stateless(
                "flatMap",
                (scope, nexts) -> scope.operator(FlatMapOperator.class, scope.failures(), function, nexts.get(0)),
                newCodec));
    }

    /**
     * Parts the stream by predicates.
     *
     * @return the cases, to be named one after the other.
     */
    public final Branching<V> branch() {
        return new Branching<>(flow);
    }

    /**
     * Asks an outside for another value of each, such as a service or a database, without waiting for it: several calls are under
     * way at once. The reply is appended to the log, once, and all that follows is made of what the log holds; no restart and no replay
     * calls again for a value whose reply is there. A job that dies before that calls again.
     *
     * @param name     of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-calls}.
     * @param function that calls and gives back at once what will have the reply, never null; called by a thread of the job's that runs
     *                 no task. It may keep the value.
     * @param async    how many calls at once, how long, how often, and in which order the replies go on.
     * @param newCodec that writes the replies.
     * @param <R>      type of the replies.
     * @return the replies, each at the event time of its value.
     */
    public final <R> AsyncStream<V, R> mapAsync(
            final String name,
            final Function<? super V, ? extends CompletionStage<? extends R>> function,
            final Async async,
            final Codec<R> newCodec) {
        return new AsyncStream<>(new AsyncStep<>(flow, name, function, async, newCodec));
    }

    /**
     * Brings this stream and another one together. Where they are read by different tasks, both are appended to an exchange,
     * and the order there is the order.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param other    stream of the same topology, whose values are written in the same way.
     * @return the values of both, under their keys.
     */
    public final Stream<V> merge(final String exchange, final Stream<V> other) {
        Objects.requireNonNull(other, "merge needs another stream");
        return new Stream<>(flow.merge(exchange, other.flow));
    }

    /**
     * Joins each value of this stream with the value that a table has for another key, which is made of the value. Every task
     * sees the whole table, up to the position where the value stands in the exchange that both share.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param table of the same topology, see {@link Table#broadcast()}.
     * @param key   makes the table's key of a value, never null.
     * @param <T>   type of the table's keys.
     * @param <R>   type of the values of the table.
     * @return the pairs; views that are valid inside the call.
     */
    public final <T, R> Stream<Joined<V, R>> join(
            final String name, final BroadcastTable<T, R> table, final Function<? super V, ? extends T> key) {
        return new Stream<>(TableJoins.join(JoinKind.INNER, name, flow, table, key));
    }

    /**
     * As {@link #join(String, BroadcastTable, Function)}, and hands on a value alone for whose key the table has none.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param table of the same topology, see {@link Table#broadcast()}.
     * @param key   makes the table's key of a value, never null.
     * @param <T>   type of the table's keys.
     * @param <R>   type of the values of the table.
     * @return each value of this stream, with that of the table where there is one.
     */
    public final <T, R> Stream<Joined<V, R>> leftJoin(
            final String name, final BroadcastTable<T, R> table, final Function<? super V, ? extends T> key) {
        return new Stream<>(TableJoins.join(JoinKind.LEFT, name, flow, table, key));
    }

    /**
     * Gives each value a key and brings values of one key together.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param keyCodec that writes the keys.
     * @param key      makes the key of a value, never null.
     * @param <K>      type of the keys.
     * @return the values under their keys.
     */
    public final <K> KeyedStream<K, V> keyBy(
            final String exchange, final Codec<K> keyCodec, final Function<? super V, ? extends K> key) {
        Objects.requireNonNull(keyCodec, "keyBy needs a codec of the keys");
        Objects.requireNonNull(key, "keyBy needs a function that makes keys");
        return new KeyedStream<>(
                flow.exchange(
                        exchange, keyCodec.describe(), scope -> new FunctionKeyWriter<K, V>(keyCodec.forTask(), key)),
                keyCodec);
    }

    /**
     * As {@link #keyBy}, with a key that is a 64-bit integer and is never boxed.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param key      reads the key of a value.
     * @return the values under their keys.
     */
    public final KeyedStream<Long, V> keyByLong(final String exchange, final ToLongFunction<? super V> key) {
        Objects.requireNonNull(key, "keyByLong needs a function that reads keys");
        return keyByBytes(exchange, Codecs.int64(), (value, buffer) -> {
            buffer.putLong(0, key.applyAsLong(value), ByteOrder.LITTLE_ENDIAN);
            return Long.BYTES;
        });
    }

    /**
     * As {@link #keyBy}, with a key that is a 32-bit integer and is never boxed.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param key      reads the key of a value.
     * @return the values under their keys.
     */
    public final KeyedStream<Integer, V> keyByInt(final String exchange, final ToIntFunction<? super V> key) {
        Objects.requireNonNull(key, "keyByInt needs a function that reads keys");
        return keyByBytes(exchange, Codecs.int32(), (value, buffer) -> {
            buffer.putInt(0, key.applyAsInt(value), ByteOrder.LITTLE_ENDIAN);
            return Integer.BYTES;
        });
    }

    /**
     * As {@link #keyBy}, with a function that writes the key as bytes and allocates nothing.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param keyCodec that reads the keys.
     * @param key      writes the key of a value.
     * @param <K>      type of the keys.
     * @return the values under their keys.
     */
    public final <K> KeyedStream<K, V> keyByBytes(
            final String exchange, final Codec<K> keyCodec, final KeyWriter<? super V> key) {
        Objects.requireNonNull(keyCodec, "keyByBytes needs a codec of the keys");
        Objects.requireNonNull(key, "keyByBytes needs a function that writes keys");
        return new KeyedStream<>(flow.exchange(exchange, keyCodec.describe(), scope -> key), keyCodec);
    }

    /**
     * Names the last step, which has no state and goes by a generated name otherwise, such as {@code map-2}: in plans, messages
     * and dead letters.
     *
     * @param name unique in the topology, as that of any step.
     * @return this stream.
     */
    public final Stream<V> named(final String name) {
        flow.named(name);
        return this;
    }

    /**
     * Says what the last step does with a value that makes its function fail; for a source, with a record that cannot be
     * decoded or whose event time cannot be true.
     *
     * @param policy to follow, in the place of that of the topology.
     * @return this stream.
     */
    public Stream<V> onError(final ErrorPolicy policy) {
        flow.onError(policy);
        return this;
    }

    /**
     * Uses a part of a topology that was written as a function.
     *
     * @param part that takes this stream.
     * @param <R>  what it gives.
     * @return what it gave.
     */
    public final <R> R apply(final Function<? super Stream<V>, ? extends R> part) {
        return part.apply(this);
    }

    /**
     * Appends each value to a topic, which is created with the job when it does not exist.
     *
     * @param topic that no other sink of the topology writes.
     */
    public final void to(final String topic) {
        flow.to(topic);
    }
}
