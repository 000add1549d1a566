package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.JoinedCodec;
import io.millrace.operators.join.Sided;
import io.millrace.operators.join.TableJoinOperator;
import io.millrace.streams.topology.StepNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;

/** Joins of a table with a table by the key of both. */
final class TablesJoined {
    private TablesJoined() {}

    static <K, L, R> Table<K, Joined<L, R>> join(
            final JoinKind kind, final String name, final Table<K, L> left, final Table<K, R> right) {
        Objects.requireNonNull(right, "a join needs a table to be joined with");
        final Topology topology = left.topology();
        topology.checkStep(name);
        if (left == right) {
            topology.mistake(
                    "join " + name,
                    "table " + left.name() + " is joined with itself; mapValues(…) makes what its values hold");
            return nothing(name, left);
        }
        final boolean isUnwritten = TableJoins.isUnwritten(name, left);
        if (TableJoins.isUnwritten(name, right) || isUnwritten) {
            return nothing(name, left);
        }
        final Flow<Sided> sides = Sides.together(
                name,
                List.of(
                        new Sides.Side<>(left.anyChanges(), left.keyCodec),
                        new Sides.Side<>(right.anyChanges(), right.keyCodec)));
        final Codec<L> leftCodec = left.codec();
        final Codec<R> rightCodec = right.codec();
        final StepNode<Sided> step = new StepNode<>(
                name,
                kind.name().toLowerCase(Locale.ROOT) + " join of tables " + left.name() + " and " + right.name(),
                new StepNode.StateInfo("the values of both tables, the key and 32 bytes, for each key", null),
                null,
                (scope, nexts) -> scope.operator(
                        TableJoinOperator.class,
                        scope.name(),
                        scope.failures(),
                        kind,
                        scope.keptCodec(leftCodec),
                        scope.keptCodec(rightCodec),
                        scope.memory(),
                        nexts.get(0)));
        Table.checkIsRead(name, step, topology);
        return new Table<>(name, left.keyCodec, new JoinedCodec<>(leftCodec, rightCodec), sides.then(step, null));
    }

    static <K, L, R, T> Table<K, T> map(
            final Table<K, Joined<L, R>> joined,
            final BiFunction<? super L, ? super R, ? extends T> joiner,
            final Codec<T> codec) {
        Objects.requireNonNull(joiner, "a join with a joiner needs a function of both values");
        // So an error of the joiner, and the plan, name the join.
        return joined.mapValues(joined.name() + "-joiner", row -> joiner.apply(row.left(), row.right()), codec);
    }

    // Behind a mistake, so that the rest of the topology can be looked at.
    static <K, V, R> Table<K, R> nothing(final String name, final Table<K, V> table) {
        final Flow<?> before = table.anyChanges();
        return new Table<>(
                name, table.keyCodec, null, new Flow<>(before.topology(), before.node(), before.port(), null));
    }
}
