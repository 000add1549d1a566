package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Average;
import io.millrace.operators.aggregate.FlyweightAggregation;
import io.millrace.operators.aggregate.ValueAggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FilterOperator;
import io.millrace.operators.core.FlatMapOperator;
import io.millrace.operators.core.MapOperator;
import io.millrace.operators.core.PeekOperator;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.keyed.MapWithKeyOperator;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.RollingAggregateOperator;
import io.millrace.operators.keyed.TopNOperator;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.streams.topology.StepNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Values under keys: all values of a key are seen by one task, in one order. Here is what needs a key: windows, running
 * aggregates, and whatever else keeps state.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public class KeyedStream<K, V> {
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
    public final KeyedStream<K, V> filter(final Predicate<? super V> predicate) {
        Objects.requireNonNull(predicate, "filter needs a predicate");
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
    public final KeyedStream<K, V> peek(final Consumer<? super V> consumer) {
        Objects.requireNonNull(consumer, "peek needs a consumer");
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
    public final <R> KeyedStream<K, R> mapValues(
            final Function<? super V, ? extends R> function, final Codec<R> newCodec) {
        Objects.requireNonNull(function, "mapValues needs a function");
        return new KeyedStream<>(
                flow.stateless(
                        "mapValues",
                        (scope, nexts) -> scope.operator(MapOperator.class, scope.failures(), function, nexts.get(0)),
                        newCodec),
                keyCodec);
    }

    /**
     * Makes another value of each with its key at hand; the key stays.
     *
     * @param function that makes it of key and value, never null.
     * @param newCodec that writes it.
     * @param <R>      type of the new values.
     * @return the new values, under their keys.
     */
    public final <R> KeyedStream<K, R> mapWithKey(
            final BiFunction<? super K, ? super V, ? extends R> function, final Codec<R> newCodec) {
        Objects.requireNonNull(function, "mapWithKey needs a function");
        return new KeyedStream<>(
                flow.stateless(
                        "mapWithKey",
                        (scope, nexts) -> scope.operator(
                                MapWithKeyOperator.class,
                                scope.failures(),
                                scope.codec(keyCodec),
                                function,
                                nexts.get(0)),
                        newCodec),
                keyCodec);
    }

    /**
     * Makes any number of values of each; they have its key.
     *
     * @param function gives them to a consumer, inside the call.
     * @param newCodec that writes them.
     * @param <R>      type of the new values.
     * @return the new values, in the order in which they were given, under their keys.
     */
    public final <R> KeyedStream<K, R> flatMapValues(
            final BiConsumer<? super V, ? super Consumer<R>> function, final Codec<R> newCodec) {
        Objects.requireNonNull(function, "flatMapValues needs a function");
        return new KeyedStream<>(
                flow.stateless(
                        "flatMapValues",
                        (scope, nexts) ->
                                scope.operator(FlatMapOperator.class, scope.failures(), function, nexts.get(0)),
                        newCodec),
                keyCodec);
    }

    /**
     * Parts the stream by predicates.
     *
     * @return the cases, to be named one after the other.
     */
    public final KeyedBranching<K, V> branch() {
        return new KeyedBranching<>(flow, keyCodec);
    }

    /**
     * Brings this stream and another one together; values of a key stay together. Where they are read by different tasks,
     * both are appended to an exchange, and the order there is the order.
     *
     * @param exchange name of the exchange, unique in the topology.
     * @param other    stream of the same topology, whose keys and values are written in the same way.
     * @return the values of both, under their keys.
     */
    public final KeyedStream<K, V> merge(final String exchange, final KeyedStream<K, V> other) {
        Objects.requireNonNull(other, "merge needs another stream");
        final String keys = keyCodec.describe();
        if (!keys.equals(other.keyCodec.describe())) {
            flow.topology()
                    .mistake(
                            "merge " + exchange,
                            "keys are written as " + keys + " in one stream and as " + other.keyCodec.describe()
                                    + " in the other, so equal ones would not meet; use one codec for both");
        }
        return new KeyedStream<>(flow.merge(exchange, other.flow), keyCodec);
    }

    /**
     * Pairs values of this stream, the left side, with those of another one that have the same key and lie within an interval
     * of event time. A pair is handed on as soon as both its values have come.
     *
     * @param name   of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param right  stream of the same topology, whose keys are written in the same way.
     * @param within where the right value of a pair lies, seen from the left one.
     * @param <R>    type of the values of the right side.
     * @return the pairs, under their key.
     */
    public final <R> JoinedStream<K, V, R> join(final String name, final KeyedStream<K, R> right, final Within within) {
        return JoinedStream.of(JoinKind.INNER, name, this, right, within);
    }

    /**
     * As {@link #join(String, KeyedStream, Within)}, and hands on each value of this stream that has no partner, alone, exactly
     * when the watermark says that none will come.
     *
     * @param name   of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param right  stream of the same topology, whose keys are written in the same way.
     * @param within where the right value of a pair lies, seen from the left one.
     * @param <R>    type of the values of the right side.
     * @return the pairs, and values of the left side alone, under their key.
     */
    public final <R> JoinedStream<K, V, R> leftJoin(
            final String name, final KeyedStream<K, R> right, final Within within) {
        return JoinedStream.of(JoinKind.LEFT, name, this, right, within);
    }

    /**
     * As {@link #join(String, KeyedStream, Within)}, and hands on each value of either stream that has no partner, alone,
     * exactly when the watermark says that none will come.
     *
     * @param name   of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param right  stream of the same topology, whose keys are written in the same way.
     * @param within where the right value of a pair lies, seen from the left one.
     * @param <R>    type of the values of the right side.
     * @return the pairs, and values of either side alone, under their key.
     */
    public final <R> JoinedStream<K, V, R> outerJoin(
            final String name, final KeyedStream<K, R> right, final Within within) {
        return JoinedStream.of(JoinKind.OUTER, name, this, right, within);
    }

    /**
     * Finds the values of this stream, the left side, for which nothing comes: no value of another stream with the same key
     * whose event time lies within an interval. Each is handed on once, exactly when the watermark says that nothing will come
     * any more, with the end of its interval as its event time, or its own if that is later.
     *
     * @param name   of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param other  stream of the same topology, whose keys are written in the same way.
     * @param within where the other value would lie, seen from the left one.
     * @param <R>    type of the values of the other stream.
     * @return the values for which nothing came, under their keys.
     */
    public final <R> AbsentStream<K, V, R> absentWithin(
            final String name, final KeyedStream<K, R> other, final Within within) {
        return AbsentStream.of(name, this, other, within, null);
    }

    /**
     * As {@link #absentWithin(String, KeyedStream, Within)}, where only some values of the other stream will do.
     *
     * @param name     of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param other    stream of the same topology, whose keys are written in the same way.
     * @param within   where the other value would lie, seen from the left one.
     * @param matching tells of a left value and another one whether it will do.
     * @param <R>      type of the values of the other stream.
     * @return the values for which nothing came that will do, under their keys.
     */
    public final <R> AbsentStream<K, V, R> absentWithin(
            final String name,
            final KeyedStream<K, R> other,
            final Within within,
            final BiPredicate<? super V, ? super R> matching) {
        Objects.requireNonNull(matching, "leave out the condition where any value will do");
        return AbsentStream.of(name, this, other, within, matching);
    }

    /**
     * Finds the keys that fall silent: those of which nothing is heard for a while after a value. The last value of such a key
     * is handed on once for each silence, exactly when the watermark says that it has lasted so long, with the end of that while
     * as its event time. The next value of the key begins anew.
     *
     * <p>A value at that end is still heard in time. Silence is one in event time, in whatever order the values come; of several
     * values of one event time the last one counts. At the end of the input each key falls silent.
     *
     * @param name    of the step, unique in the topology; its state is bound to it.
     * @param silence how long a key may be silent, in event time, 1 ns to 36 years.
     * @return the last value of each silent key, under its key.
     */
    public final SilentStream<K, V> absentFor(final String name, final Duration silence) {
        return SilentStream.of(this, name, silence);
    }

    /**
     * Gives each value of this stream, the left side, the value of another stream that held at its event time: of those with
     * its key, the latest that is not behind it. A value without one is left out.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param right stream of the same topology, whose keys are written in the same way.
     * @param asOf  how old an answer may be, and whether to wait for it.
     * @param <R>   type of the values of the right side.
     * @return each value with its answer, under their key.
     */
    public final <R> JoinedStream<K, V, R> joinAsOf(final String name, final KeyedStream<K, R> right, final AsOf asOf) {
        return JoinedStream.asOf(false, name, this, right, asOf);
    }

    /**
     * As {@link #joinAsOf}, and hands on a value that has no answer alone.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param right stream of the same topology, whose keys are written in the same way.
     * @param asOf  how old an answer may be, and whether to wait for it.
     * @param <R>   type of the values of the right side.
     * @return each value with its answer if there is one, under their key.
     */
    public final <R> JoinedStream<K, V, R> leftJoinAsOf(
            final String name, final KeyedStream<K, R> right, final AsOf asOf) {
        return JoinedStream.asOf(true, name, this, right, asOf);
    }

    /**
     * Joins each value of this stream with the value that a table has for its key. The table is that of all changes at a lower
     * position of the exchange that both share: nothing is waited for, and a replay joins the same. A value without one makes
     * no result, and neither does a change of the table.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param table of the same topology, whose keys are written in the same way.
     * @param <R>   type of the values of the table.
     * @return the pairs, under their key; views that are valid inside the call.
     */
    public final <R> KeyedStream<K, Joined<V, R>> join(final String name, final Table<K, R> table) {
        return TableJoins.join(JoinKind.INNER, name, this, table);
    }

    /**
     * As {@link #join(String, Table)}, and hands on a value alone for whose key the table has none.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param table of the same topology, whose keys are written in the same way.
     * @param <R>   type of the values of the table.
     * @return each value of this stream, with that of the table where there is one, under its key.
     */
    public final <R> KeyedStream<K, Joined<V, R>> leftJoin(final String name, final Table<K, R> table) {
        return TableJoins.join(JoinKind.LEFT, name, this, table);
    }

    /**
     * Joins each value of this stream with the value that a table has for another key, which is made of the value. Every task
     * sees the whole table, up to the position where the value stands in the exchange that both share. The key of the stream stays.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param table of the same topology, see {@link Table#broadcast()}.
     * @param key   makes the table's key of a value, never null.
     * @param <T>   type of the table's keys.
     * @param <R>   type of the values of the table.
     * @return the pairs, under the keys of the stream; views that are valid inside the call.
     */
    public final <T, R> KeyedStream<K, Joined<V, R>> join(
            final String name, final BroadcastTable<T, R> table, final Function<? super V, ? extends T> key) {
        return new KeyedStream<>(TableJoins.join(JoinKind.INNER, name, flow, table, key), keyCodec);
    }

    /**
     * As {@link #join(String, BroadcastTable, Function)}, and hands on a value alone for whose key the table has none.
     *
     * @param name  of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param table of the same topology, see {@link Table#broadcast()}.
     * @param key   makes the table's key of a value, never null.
     * @param <T>   type of the table's keys.
     * @param <R>   type of the values of the table.
     * @return each value of this stream, with that of the table where there is one, under the keys of the stream.
     */
    public final <T, R> KeyedStream<K, Joined<V, R>> leftJoin(
            final String name, final BroadcastTable<T, R> table, final Function<? super V, ? extends T> key) {
        return new KeyedStream<>(TableJoins.join(JoinKind.LEFT, name, flow, table, key), keyCodec);
    }

    /**
     * Keeps an aggregate of all values of each key so far.
     *
     * @param name        of the step, unique in the topology; its state is bound to it.
     * @param aggregation of the values.
     * @param <R>         type of the aggregate.
     * @return the aggregate of each key, which changes with its values.
     */
    public final <R> Table<K, R> aggregate(final String name, final Aggregation<? super V, ?, R> aggregation) {
        Objects.requireNonNull(aggregation, "aggregate needs an aggregation");
        return aggregate(name, aggregation, null);
    }

    private <R> Table<K, R> aggregate(
            final String name, final Aggregation<? super V, ?, R> aggregation, final Codec<R> codec) {
        final Table.Updates updates = new Table.Updates();
        return table(
                name,
                codec,
                "rolling " + aggregation.name(),
                aggregation.describeState() + " and the key, for each key",
                updates,
                (scope, nexts) -> scope.operator(
                        RollingAggregateOperator.class,
                        scope.name(),
                        scope.failures(),
                        scope.memory(),
                        scope.aggregator(aggregation),
                        updates.isEach,
                        nexts.get(0)));
    }

    /**
     * Counts the values of each key.
     *
     * @param name of the step, unique in the topology; its state is bound to it.
     * @return their number so far, for each key.
     */
    public final Table<K, Long> count(final String name) {
        return aggregate(name, Aggregations.count(), Codecs.int64());
    }

    /**
     * Adds up a number of the values of each key. A sum of more than 64 bits makes the step fail.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param number of a value.
     * @return the sum so far, for each key.
     */
    public final Table<K, Long> sum(final String name, final ToLongFunction<? super V> number) {
        return aggregate(name, Aggregations.sum(number), Codecs.int64());
    }

    /**
     * Finds the smallest number of the values of each key.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param number of a value.
     * @return the smallest so far, for each key.
     */
    public final Table<K, Long> min(final String name, final ToLongFunction<? super V> number) {
        return aggregate(name, Aggregations.min(number), Codecs.int64());
    }

    /**
     * Finds the largest number of the values of each key.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param number of a value.
     * @return the largest so far, for each key.
     */
    public final Table<K, Long> max(final String name, final ToLongFunction<? super V> number) {
        return aggregate(name, Aggregations.max(number), Codecs.int64());
    }

    /**
     * Averages a number of the values of each key, exactly. A sum of more than 64 bits makes the step fail.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param number of a value.
     * @return sum, number and average so far, for each key; a view that is valid inside the call.
     */
    public final Table<K, Average> average(final String name, final ToLongFunction<? super V> number) {
        return aggregate(name, Aggregations.average(number));
    }

    /**
     * Makes one value of all values of each key.
     *
     * @param name     of the step, unique in the topology; its state is bound to it.
     * @param codec    that writes the values.
     * @param function that makes one value of the one so far and the next one, changing neither.
     * @return the value that is left so far, for each key.
     */
    public final Table<K, V> reduce(final String name, final Codec<V> codec, final BinaryOperator<V> function) {
        return aggregate(name, Aggregations.reduce(codec, function), codec);
    }

    private <R> Table<K, R> table(
            final String name,
            final Codec<R> codec,
            final String description,
            final String state,
            final Table.Updates updates,
            final StepNode.Factory<V> factory) {
        flow.topology().checkStep(name);
        final StepNode<V> step = new StepNode<>(name, description, new StepNode.StateInfo(state, null), null, factory);
        Table.checkIsRead(name, step, flow.topology());
        return Table.ofValues(name, keyCodec, codec, flow.then(step, null), updates);
    }

    /**
     * Keeps the values of each key that have the largest scores.
     *
     * @param name  of the step, unique in the topology; its state is bound to it.
     * @param n     how many values, at least 1.
     * @param score of a value; of equal ones the earlier value comes first.
     * @param codec of the values: those that are views are copied, and checkpoints need it.
     * @return for each key the list of its values with the largest scores, largest first; valid inside the call.
     */
    public final Table<K, List<V>> topN(
            final String name, final int n, final ToLongFunction<? super V> score, final Codec<V> codec) {
        if (n < 1) {
            flow.topology().mistake("topN " + name, "it keeps at least 1 value of a key, not " + n);
        }
        if (codec == null) {
            flow.topology().mistake("topN " + name, "it keeps values, so it needs their codec");
        }
        final Table.Updates updates = new Table.Updates();
        return table(
                name,
                null,
                "top " + n,
                "at most " + n + " values on the heap and the key, for each key",
                updates,
                (scope, nexts) -> scope.operator(
                        TopNOperator.class,
                        scope.name(),
                        scope.failures(),
                        scope.memory(),
                        n,
                        score,
                        scope.codec(codec).forTask(),
                        updates.isEach,
                        nexts.get(0)));
    }

    /**
     * Lets the first value of each key pass and leaves out its repeats: values of that key whose event time is less than a
     * span away from one that passed, before or after it. First means first in the log. After the span the next value of the
     * key is a first one again.
     *
     * <p>A value that comes when the watermark is a whole span ahead of it is left out as late, since it is no longer known
     * whether it is a repeat.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param within the span in event time, 1 ns to 36 years.
     * @return the values that pass, and beside them the others.
     */
    public final DedupedStream<K, V> dedupe(final String name, final Duration within) {
        return DedupedStream.of(this, name, within);
    }

    /**
     * Does what a processor says: a step of one's own, with state and timers for each key, and with side outputs.
     *
     * @param name     of the step, unique in the topology; its state is bound to it.
     * @param supplier makes a new processor at each call: for each task, and some more to read its declarations from.
     * @param codec    that writes what it hands on; null where that is neither sent to a topic nor through an exchange.
     * @param <R>      type of what it hands on.
     * @return what it hands on, under the keys for which it did.
     */
    public final <R> ProcessedStream<K, R> process(
            final String name, final Supplier<? extends Processor<K, V, R>> supplier, final Codec<R> codec) {
        return ProcessedStream.of(this, name, supplier, codec);
    }

    /**
     * Looks for a sequence of values of each key.
     *
     * @param name     of the step, unique in the topology; its state is bound to it.
     * @param sequence that is looked for.
     * @return what it finds, and beside that what was late and what came to nothing in its time.
     */
    public final SequenceStream<K, V> sequence(final String name, final Sequence<V> sequence) {
        return SequenceStream.of(this, name, sequence);
    }

    /**
     * Parts the values of each key into windows.
     *
     * @param name    of the step, unique in the topology; its state is bound to it.
     * @param windows into which they are parted.
     * @return the windows, to be aggregated.
     */
    public final WindowedStream<K, V> window(final String name, final Windows windows) {
        flow.topology().checkStep(name);
        Objects.requireNonNull(windows, "a window step needs windows, such as Windows.tumbling(size)");
        if (windows.mistake() != null) {
            flow.topology().mistake("window " + name, windows.mistake());
            return new WindowedStream<>(flow, keyCodec, name, windows);
        }
        return new WindowedStream<>(flow, keyCodec, name, windows.waitingFor(flow.lagNs()));
    }

    /**
     * Begins a co-group: several streams with the same keys are aggregated together, window by window, in one state of a fixed
     * size outside the heap.
     *
     * @param aggregation of the values of this stream: its state and its result are those of all, and so is what it says about
     *                    combining two states.
     * @param <S>         type of the state.
     * @param <R>         type of the result.
     * @return this stream, to be continued by {@code with(stream, add)} for each of the others.
     */
    public final <S extends StateFlyweight, R> CogroupedStream<K, S, R> cogroup(
            final FlyweightAggregation<V, S, R> aggregation) {
        Objects.requireNonNull(aggregation, "cogroup needs an aggregation");
        return new CogroupedStream<>(this, aggregation);
    }

    /**
     * Begins a co-group: several streams with the same keys are aggregated together, window by window, in one immutable value
     * on the heap.
     *
     * @param aggregation of the values of this stream: its initial value and its result are those of all, and so is what it says
     *                    about combining two values.
     * @param <A>         type of the value that all add to.
     * @param <R>         type of the result.
     * @return this stream, to be continued by {@code with(stream, add)} for each of the others.
     */
    public final <A, R> CogroupedValues<K, A, R> cogroup(final ValueAggregation<V, A, R> aggregation) {
        Objects.requireNonNull(aggregation, "cogroup needs an aggregation");
        return new CogroupedValues<>(this, aggregation);
    }

    /**
     * Asks an outside for another value of each, as {@link Stream#mapAsync} does.
     *
     * @param name     of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-calls}.
     * @param function that calls and gives back at once what will have the reply, never null.
     * @param async    how many calls at once, how long, how often, and in which order the replies go on.
     * @param newCodec that writes the replies.
     * @param <R>      type of the replies.
     * @return the replies, each under the key and at the event time of its value.
     */
    public final <R> KeyedAsyncStream<K, V, R> mapAsync(
            final String name,
            final Function<? super V, ? extends CompletionStage<? extends R>> function,
            final Async async,
            final Codec<R> newCodec) {
        return new KeyedAsyncStream<>(new AsyncStep<>(flow, name, function, async, newCodec), keyCodec);
    }

    /**
     * Names the last step, which has no state and goes by a generated name otherwise, such as {@code map-2}: in plans, messages
     * and dead letters.
     *
     * @param name unique in the topology, as that of any step.
     * @return this stream.
     */
    public final KeyedStream<K, V> named(final String name) {
        flow.named(name);
        return this;
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
     * Uses a part of a topology that was written as a function.
     *
     * @param part that takes this stream.
     * @param <R>  what it gives.
     * @return what it gave.
     */
    public final <R> R apply(final Function<? super KeyedStream<K, V>, ? extends R> part) {
        return part.apply(this);
    }

    /**
     * Goes on without the key; the values keep it in the log.
     *
     * @return the same values.
     */
    public final Stream<V> values() {
        return new Stream<>(flow);
    }

    /**
     * Appends each value under its key to a topic, which is created with the job when it does not exist.
     *
     * @param topic that no other sink of the topology writes.
     */
    public final void to(final String topic) {
        flow.to(topic);
    }
}
