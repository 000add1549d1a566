package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.ChangeCodec;
import io.millrace.operators.join.ChangeFilterOperator;
import io.millrace.operators.join.ChangeKeyOperator;
import io.millrace.operators.join.ChangeMapOperator;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.ValueChangeOperator;
import io.millrace.operators.keyed.Keyed;
import io.millrace.operators.keyed.KeyedOperator;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A value for each key that changes as the stream goes on. What can be seen of it are its changes, in the order in which they
 * happen: a value that is the same as before is no change, and neither is the delete of a key that is not there.
 *
 * <p>A table comes from a topic ({@link Topology#table}), from an aggregation, or from another table.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public sealed class Table<K, V> permits SourceTable {
    final Codec<K> keyCodec;
    private final String name;
    private final Updates updates;

    // The new values of keys, where none is ever deleted: those of an aggregation. Null for any other table.
    private final Flow<V> values;

    // Changes that may not know the value before, and those that do; null until somebody asks.
    private Flow<Change<V>> changes;
    private Flow<Change<V>> withBefore;
    private Codec<V> codec;

    private Table(
            final String name,
            final Codec<K> keyCodec,
            final Codec<V> codec,
            final Flow<V> values,
            final Flow<Change<V>> changes,
            final Flow<Change<V>> withBefore,
            final Updates updates) {
        this.name = name;
        this.keyCodec = keyCodec;
        this.codec = codec;
        this.values = values;
        this.changes = changes;
        this.withBefore = withBefore;
        this.updates = updates;
    }

    /** A table whose changes know the value before. */
    Table(final String name, final Codec<K> keyCodec, final Codec<V> codec, final Flow<Change<V>> withBefore) {
        this(name, keyCodec, codec, null, withBefore, withBefore, null);
    }

    /** A table of values that are never deleted. */
    static <K, V> Table<K, V> ofValues(
            final String name,
            final Codec<K> keyCodec,
            final Codec<V> codec,
            final Flow<V> values,
            final Updates updates) {
        return new Table<>(name, keyCodec, codec, values, null, null, updates);
    }

    /** A table whose changes do not know the value before. */
    static <K, V> Table<K, V> ofChanges(
            final String name, final Codec<K> keyCodec, final Codec<V> codec, final Flow<Change<V>> changes) {
        return new Table<>(name, keyCodec, codec, null, changes, null, null);
    }

    /**
     * Hands on the value of a key at each value of the stream, although it may not have changed. For aggregations that are read
     * by {@link #toChanges()} or {@link #to}; a change of a table is always one.
     *
     * @return this table.
     */
    public final Table<K, V> everyUpdate() {
        if (updates == null) {
            topology()
                    .mistake(
                            "table " + name,
                            "everyUpdate() is for the aggregations of streams; this table hands on changes only");
        } else {
            updates.isEach = true;
        }
        return this;
    }

    /**
     * Says what the step does with a value that makes its function fail; for a table of a topic, with a value that cannot be
     * kept.
     *
     * @param policy to follow, in the place of that of the topology.
     * @return this table.
     */
    public Table<K, V> onError(final ErrorPolicy policy) {
        if (values != null) {
            values.onError(policy);
        } else {
            changes.onError(policy);
        }
        return this;
    }

    /**
     * Says how the values are written. Needed where a step behind has to know the value before a change, or where changes go
     * through an exchange, unless the table knows it: one of a topic does, and so do counts and sums.
     *
     * @param valueCodec of the values.
     * @return this table.
     */
    public final Table<K, V> codec(final Codec<V> valueCodec) {
        codec = Objects.requireNonNull(valueCodec, "codec(…) needs a codec");
        return this;
    }

    /**
     * The new values as a stream. For tables from which no key is ever deleted, as those of the aggregations of streams are;
     * {@link #changes()} tells of deletes and of the values before.
     *
     * @return each new value with its key; a view that is valid inside the call.
     */
    public final Stream<Keyed<K, V>> toChanges() {
        if (values == null) {
            topology()
                    .mistake(
                            "table " + name,
                            "keys are deleted from it, which toChanges() cannot tell; use changes(), or to(topic,"
                                    + " codec)");
            return new Stream<>(new Flow<>(topology(), changes.node(), changes.port(), null));
        }
        return new Stream<>(values.stateless(
                "changes",
                (scope, nexts) ->
                        scope.operator(KeyedOperator.class, scope.failures(), scope.codec(keyCodec), nexts.get(0)),
                null));
    }

    /**
     * The changes as a stream, deletes among them.
     *
     * @return each change under its key, with the values before and after; a view that is valid inside the call.
     */
    public final KeyedStream<K, Change<V>> changes() {
        return new KeyedStream<>(withBefore("changes()"), keyCodec);
    }

    /**
     * Appends each change to a topic, which is created with the job when it does not exist: the key and its new value, or a
     * tombstone for a delete.
     *
     * @param topic      that no other sink of the topology writes.
     * @param valueCodec that writes the values.
     */
    public final void to(final String topic, final Codec<V> valueCodec) {
        if (values != null) {
            new Flow<>(values.topology(), values.node(), values.port(), valueCodec).to(topic);
            return;
        }
        Objects.requireNonNull(valueCodec, "to(…) needs a codec of the values");
        topology().addOutput(topic);
        changes.node().add(changes.port(), SinkNode.ofTable(topic, valueCodec));
    }

    /**
     * Lets those values stay that a predicate accepts. A value that comes and is not accepted deletes its key, if that had one
     * that was.
     *
     * @param predicate true for what stays; a function of the value alone, since it is asked of a value again when that is
     *                  replaced.
     * @return the table of the values that stay.
     */
    public final Table<K, V> filter(final Predicate<? super V> predicate) {
        Objects.requireNonNull(predicate, "filter needs a predicate");
        return new Table<>(
                name,
                keyCodec,
                codec,
                withBefore("filter")
                        .stateless(
                                "filter",
                                (scope, nexts) -> scope.operator(
                                        ChangeFilterOperator.class, scope.failures(), predicate, nexts.get(0)),
                                null));
    }

    /**
     * Makes another value of each; its key stays. Where the new value is the same as before, there is no change.
     *
     * @param function that makes it, never null; a function of the value alone, since it is asked again when a value is replaced.
     * @param newCodec that writes it.
     * @param <R>      type of the new values.
     * @return the table of the new values.
     */
    public final <R> Table<K, R> mapValues(final Function<? super V, ? extends R> function, final Codec<R> newCodec) {
        return mapValues("mapValues", function, newCodec);
    }

    /** The same by a step of another kind, as its generated name and plans say. */
    final <R> Table<K, R> mapValues(
            final String kind, final Function<? super V, ? extends R> function, final Codec<R> newCodec) {
        Objects.requireNonNull(function, "mapValues needs a function");
        Objects.requireNonNull(newCodec, "mapValues of a table needs a codec, to see whether a value has changed");
        return new Table<>(
                name,
                keyCodec,
                newCodec,
                withBefore("mapValues")
                        .stateless(
                                kind,
                                (scope, nexts) -> scope.operator(
                                        ChangeMapOperator.class,
                                        scope.failures(),
                                        function,
                                        scope.keptCodec(newCodec),
                                        nexts.get(0)),
                                null));
    }

    /**
     * Groups the values by another key that is made of them, to be aggregated. A value whose key moves leaves the one group and
     * comes to the other.
     *
     * @param exchange    name of the exchange, unique in the topology.
     * @param newKeyCodec that writes the keys of the groups.
     * @param key         makes the key of the group of a value, never null; a function of the value alone.
     * @param <G>         type of the keys of the groups.
     * @return the groups.
     */
    public final <G> GroupedTable<G, V> groupBy(
            final String exchange, final Codec<G> newKeyCodec, final Function<? super V, ? extends G> key) {
        Objects.requireNonNull(newKeyCodec, "groupBy needs a codec of the keys");
        Objects.requireNonNull(key, "groupBy needs a function that makes keys");
        final Flow<Change<V>> all = withBefore("groupBy");
        final Flow<Change<V>> keyed = all.stateless(
                "groupBy",
                (scope, nexts) -> scope.operator(
                        ChangeKeyOperator.class,
                        scope.failures(),
                        new FunctionKeyWriter<G, V>(newKeyCodec.forTask(), key),
                        nexts.get(0)),
                all.codec());
        topology().addExchange(exchange);
        final ExchangeNode node = ExchangeNode.groups(exchange, keyed.codec(), newKeyCodec.describe());
        keyed.node().add(keyed.port(), node);
        return new GroupedTable<>(new Flow<>(topology(), node, TopologyNode.MAIN, keyed.codec()), newKeyCodec);
    }

    /**
     * Has every task see the whole table, so that a stream can be joined with it by a key of any value, whatever the key of the
     * stream is. For tables that are small: each task keeps a copy.
     *
     * @return this table, to be given to {@link Stream#join(String, BroadcastTable, Function)}.
     */
    public final BroadcastTable<K, V> broadcast() {
        return new BroadcastTable<>(this);
    }

    /**
     * Joins with a table that has the same keys: a key has a row as long as both tables have a value for it. A change of either
     * side makes one change of the row, or none.
     *
     * @param joinName of the step, unique in the topology; its state is bound to it.
     * @param other    table on the right side.
     * @param <W>      type of its values.
     * @return the pairs; views that are valid inside the call.
     */
    public final <W> Table<K, Joined<V, W>> join(final String joinName, final Table<K, W> other) {
        return TablesJoined.join(JoinKind.INNER, joinName, this, other);
    }

    /**
     * As {@link #join(String, Table)}, and makes a value of each pair.
     *
     * @param joinName of the step, unique in the topology; its state is bound to it.
     * @param other    table on the right side.
     * @param joiner   makes a value of a pair, never null; a function of the two values alone.
     * @param newCodec that writes it.
     * @param <W>      type of the values of the other table.
     * @param <R>      type of the new values.
     * @return the table of the new values.
     */
    public final <W, R> Table<K, R> join(
            final String joinName,
            final Table<K, W> other,
            final BiFunction<? super V, ? super W, ? extends R> joiner,
            final Codec<R> newCodec) {
        return TablesJoined.map(join(joinName, other), joiner, newCodec);
    }

    /**
     * Joins with a table that has the same keys: a key has a row as long as this table has a value for it; where the other one
     * has none, the row has no right value.
     *
     * @param joinName of the step, unique in the topology; its state is bound to it.
     * @param other    table on the right side.
     * @param <W>      type of its values.
     * @return the rows; views that are valid inside the call.
     */
    public final <W> Table<K, Joined<V, W>> leftJoin(final String joinName, final Table<K, W> other) {
        return TablesJoined.join(JoinKind.LEFT, joinName, this, other);
    }

    /**
     * As {@link #leftJoin(String, Table)}, and makes a value of each row.
     *
     * @param joinName of the step, unique in the topology; its state is bound to it.
     * @param other    table on the right side.
     * @param joiner   makes a value of the two, of which the right one may be null; never null itself; a function of the two
     *                 values alone.
     * @param newCodec that writes it.
     * @param <W>      type of the values of the other table.
     * @param <R>      type of the new values.
     * @return the table of the new values.
     */
    public final <W, R> Table<K, R> leftJoin(
            final String joinName,
            final Table<K, W> other,
            final BiFunction<? super V, ? super W, ? extends R> joiner,
            final Codec<R> newCodec) {
        return TablesJoined.map(leftJoin(joinName, other), joiner, newCodec);
    }

    /**
     * Joins with a table that has the same keys: a key has a row as long as one of the tables has a value for it; where the other
     * one has none, that side of the row is empty.
     *
     * @param joinName of the step, unique in the topology; its state is bound to it.
     * @param other    table on the right side.
     * @param <W>      type of its values.
     * @return the rows; views that are valid inside the call.
     */
    public final <W> Table<K, Joined<V, W>> outerJoin(final String joinName, final Table<K, W> other) {
        return TablesJoined.join(JoinKind.OUTER, joinName, this, other);
    }

    /**
     * As {@link #outerJoin(String, Table)}, and makes a value of each row.
     *
     * @param joinName of the step, unique in the topology; its state is bound to it.
     * @param other    table on the right side.
     * @param joiner   makes a value of the two, one of which may be null; never null itself; a function of the two values alone.
     * @param newCodec that writes it.
     * @param <W>      type of the values of the other table.
     * @param <R>      type of the new values.
     * @return the table of the new values.
     */
    public final <W, R> Table<K, R> outerJoin(
            final String joinName,
            final Table<K, W> other,
            final BiFunction<? super V, ? super W, ? extends R> joiner,
            final Codec<R> newCodec) {
        return TablesJoined.map(outerJoin(joinName, other), joiner, newCodec);
    }

    /**
     * Joins with a table whose key is made of the values of this one: a key of this table has a row as long as the other table
     * has a value for its foreign key. A change of a value of the other table changes the rows of all keys that refer to it.
     *
     * @param joinName   of the step, unique in the topology; its state is bound to it.
     * @param other      table on the right side.
     * @param foreignKey makes the key of the other table, null for none; a function of the value alone.
     * @param <F>        type of the keys of the other table.
     * @param <W>        type of its values.
     * @return the pairs, under the keys of this table; views that are valid inside the call.
     */
    public final <F, W> Table<K, Joined<V, W>> joinForeign(
            final String joinName, final Table<F, W> other, final Function<? super V, ? extends F> foreignKey) {
        return ForeignJoins.join(JoinKind.INNER, joinName, this, other, foreignKey);
    }

    /**
     * As {@link #joinForeign(String, Table, Function)}, and makes a value of each pair.
     *
     * @param joinName   of the step, unique in the topology; its state is bound to it.
     * @param other      table on the right side.
     * @param foreignKey makes the key of the other table, null for none; a function of the value alone.
     * @param joiner     makes a value of a pair, never null; a function of the two values alone.
     * @param newCodec   that writes it.
     * @param <F>        type of the keys of the other table.
     * @param <W>        type of its values.
     * @param <R>        type of the new values.
     * @return the table of the new values.
     */
    public final <F, W, R> Table<K, R> joinForeign(
            final String joinName,
            final Table<F, W> other,
            final Function<? super V, ? extends F> foreignKey,
            final BiFunction<? super V, ? super W, ? extends R> joiner,
            final Codec<R> newCodec) {
        return TablesJoined.map(joinForeign(joinName, other, foreignKey), joiner, newCodec);
    }

    /**
     * Joins with a table whose key is made of the values of this one: a key has a row as long as this table has a value for it;
     * where it has no foreign key, or the other table no value for that, the row has no right value.
     *
     * @param joinName   of the step, unique in the topology; its state is bound to it.
     * @param other      table on the right side.
     * @param foreignKey makes the key of the other table, null for none; a function of the value alone.
     * @param <F>        type of the keys of the other table.
     * @param <W>        type of its values.
     * @return the rows, under the keys of this table; views that are valid inside the call.
     */
    public final <F, W> Table<K, Joined<V, W>> leftJoinForeign(
            final String joinName, final Table<F, W> other, final Function<? super V, ? extends F> foreignKey) {
        return ForeignJoins.join(JoinKind.LEFT, joinName, this, other, foreignKey);
    }

    /**
     * As {@link #leftJoinForeign(String, Table, Function)}, and makes a value of each row.
     *
     * @param joinName   of the step, unique in the topology; its state is bound to it.
     * @param other      table on the right side.
     * @param foreignKey makes the key of the other table, null for none; a function of the value alone.
     * @param joiner     makes a value of the two, of which the right one may be null; never null itself; a function of the two
     *                   values alone.
     * @param newCodec   that writes it.
     * @param <F>        type of the keys of the other table.
     * @param <W>        type of its values.
     * @param <R>        type of the new values.
     * @return the table of the new values.
     */
    public final <F, W, R> Table<K, R> leftJoinForeign(
            final String joinName,
            final Table<F, W> other,
            final Function<? super V, ? extends F> foreignKey,
            final BiFunction<? super V, ? super W, ? extends R> joiner,
            final Codec<R> newCodec) {
        return TablesJoined.map(leftJoinForeign(joinName, other, foreignKey), joiner, newCodec);
    }

    final String name() {
        return name;
    }

    final Codec<V> codec() {
        return codec;
    }

    final Topology topology() {
        return values != null ? values.topology() : changes.topology();
    }

    /** Changes that may not know the value before. */
    final Flow<Change<V>> anyChanges() {
        if (changes == null) {
            changes = values.stateless(
                    "changes",
                    (scope, nexts) -> scope.operator(ValueChangeOperator.class, scope.failures(), nexts.get(0)),
                    null);
        }
        return written(changes, false);
    }

    /** Changes that know the value before, for which it is kept once more where the step that made it does not. */
    final Flow<Change<V>> withBefore(final String asker) {
        if (withBefore == null) {
            if (codec == null) {
                topology()
                        .mistake(
                                "table " + name,
                                asker + " needs the value before a change, which is kept as bytes; say how values are"
                                        + " written with codec(…)");
                return written(anyChanges(), false);
            }
            final String keeper = name + "-table";
            topology().checkStep(keeper);
            withBefore = anyChanges().then(new TableStep<>(keeper, codec).node(), null);
        }
        return written(withBefore, true);
    }

    private Flow<Change<V>> written(final Flow<Change<V>> flow, final boolean isWithBefore) {
        return new Flow<>(
                flow.topology(),
                flow.node(),
                flow.port(),
                codec == null ? null : new ChangeCodec<>(codec, isWithBefore));
    }

    static void checkIsRead(final String name, final TopologyNode step, final Topology topology) {
        topology.check(() -> step.children().isEmpty()
                ? "table " + name
                        + ": nobody reads it, so it would keep state for nothing; join it, end it with changes() or"
                        + " to(topic, codec), or leave the step out"
                : null);
    }

    /** What a table of an aggregation hands on; settled when the tasks are made. */
    static final class Updates {
        boolean isEach;
    }
}
