package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.Sided;
import io.millrace.operators.join.StreamTableJoinOperator;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.streams.topology.StepNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** Joins of a stream with a table. */
final class TableJoins {
    private TableJoins() {}

    static <K, L, R> KeyedStream<K, Joined<L, R>> join(
            final JoinKind kind, final String name, final KeyedStream<K, L> left, final Table<K, R> right) {
        Objects.requireNonNull(right, "a join needs a table to be joined with");
        left.flow.topology().checkStep(name);
        if (isUnwritten(name, right)) {
            return new KeyedStream<>(nothing(left.flow), left.keyCodec);
        }
        final Flow<Sided> sides = Sides.together(
                name,
                List.of(
                        new Sides.Side<>(left.flow, left.keyCodec),
                        new Sides.Side<>(right.anyChanges(), right.keyCodec)));
        return new KeyedStream<>(
                join(kind, name, "join with table " + right.name(), sides, right, () -> null), left.keyCodec);
    }

    static <T, L, R> Flow<Joined<L, R>> join(
            final JoinKind kind,
            final String name,
            final Flow<L> left,
            final BroadcastTable<T, R> broadcast,
            final Function<? super L, ? extends T> key) {
        Objects.requireNonNull(broadcast, "a join needs a table to be joined with");
        Objects.requireNonNull(key, "a join with a table that every task sees needs a function that makes its keys");
        final Table<T, R> right = broadcast.table();
        left.topology().checkStep(name);
        if (isUnwritten(name, right)) {
            return nothing(left);
        }
        final Codec<T> keyCodec = right.keyCodec;
        final Flow<Sided> sides = Sides.broadcast(
                name,
                List.of(new Sides.Side<>(left, null), new Sides.Side<>(right.anyChanges(), keyCodec)),
                StreamTableJoinOperator.TABLE);
        return join(
                kind,
                name,
                "join with all of table " + right.name(),
                sides,
                right,
                () -> new FunctionKeyWriter<T, L>(keyCodec.forTask(), key));
    }

    static boolean isUnwritten(final String name, final Table<?, ?> table) {
        if (table.codec() == null) {
            table.topology()
                    .mistake(
                            "join " + name,
                            "it keeps a copy of table " + table.name()
                                    + ", whose values nobody said how to write; say codec(…) behind that table");
            return true;
        }
        return false;
    }

    // Behind a mistake, so that the rest of the topology can be looked at.
    private static <L, R> Flow<Joined<L, R>> nothing(final Flow<L> left) {
        return new Flow<>(left.topology(), left.node(), left.port(), null);
    }

    private static <L, R> Flow<Joined<L, R>> join(
            final JoinKind kind,
            final String name,
            final String description,
            final Flow<Sided> sides,
            final Table<?, R> right,
            final Supplier<KeyWriter<L>> tableKeys) {
        final Codec<R> codec = right.codec();
        final StepNode<Sided> step = new StepNode<>(
                name,
                kind.name().toLowerCase(Locale.ROOT) + " " + description,
                new StepNode.StateInfo("the value, the key and 16 bytes, for each key of the table", null),
                null,
                (scope, nexts) -> scope.operator(
                        StreamTableJoinOperator.class,
                        scope.name(),
                        scope.failures(),
                        kind,
                        tableKeys.get(),
                        scope.keptCodec(codec),
                        scope.memory(),
                        nexts.get(0)));
        sides.topology()
                .check(() -> step.children().isEmpty()
                        ? "join " + name
                                + ": nobody reads what it finds, so it would keep state for nothing; end it with"
                                + " to(topic) behind a step that has a codec, or leave it out"
                        : null);
        return sides.then(step, null);
    }
}
