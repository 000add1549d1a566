package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.ForeignJoinOperator;
import io.millrace.operators.join.ForeignKeyOperator;
import io.millrace.operators.join.ForeignLookupOperator;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.JoinedCodec;
import io.millrace.operators.join.LinkMessage;
import io.millrace.operators.join.LinkMessageCodec;
import io.millrace.operators.join.RowKeyCodec;
import io.millrace.operators.join.Sided;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.streams.topology.StepNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.agrona.DirectBuffer;

/**
 * Joins of a table with a table by a key that is made of the left values: a step with the left table, one with the right table
 * behind an exchange by foreign keys, and one that puts the results together behind an exchange by the keys of the left table.
 */
final class ForeignJoins {
    private static final int LINKS = 1;

    private ForeignJoins() {}

    static <K, L, F, R> Table<K, Joined<L, R>> join(
            final JoinKind kind,
            final String name,
            final Table<K, L> left,
            final Table<F, R> right,
            final Function<? super L, ? extends F> foreignKey) {
        Objects.requireNonNull(right, "a join needs a table to be joined with");
        Objects.requireNonNull(foreignKey, "a foreign-key join needs a function that makes the key of the other table");
        final Topology topology = left.topology();
        topology.checkStep(name);
        final boolean isUnwritten = TableJoins.isUnwritten(name, left);
        if (TableJoins.isUnwritten(name, right) || isUnwritten) {
            return TablesJoined.nothing(name, left);
        }
        final StepNode<Change<L>> keys = keys(name, left, right, foreignKey);
        final Flow<LinkMessage<L>> rows =
                left.withBefore("a foreign-key join").then(keys, new LinkMessageCodec<>(left.codec()));
        final Flow<LinkMessage<DirectBuffer>> links =
                new Flow<>(topology, keys, LINKS, new LinkMessageCodec<>(new RowKeyCodec()));
        final Flow<LinkMessage<R>> answers = lookUp(name + "-lookup", links, right);
        final Flow<Sided> sides = Sides.together(
                name, List.of(new Sides.Side<>(rows, left.keyCodec), new Sides.Side<>(answers, left.keyCodec)));
        final StepNode<Sided> step = results(kind, name, left, right);
        Table.checkIsRead(name, step, topology);
        return new Table<>(name, left.keyCodec, new JoinedCodec<>(left.codec(), right.codec()), sides.then(step, null));
    }

    private static <K, L, F, R> StepNode<Change<L>> keys(
            final String name,
            final Table<K, L> left,
            final Table<F, R> right,
            final Function<? super L, ? extends F> foreignKey) {
        final String step = name + "-keys";
        left.topology().checkStep(step);
        final Codec<F> keyCodec = right.keyCodec;
        final StepNode<Change<L>> node = new StepNode<>(
                step,
                "keys of table " + right.name() + " in table " + left.name(),
                new StepNode.StateInfo("8 bytes", null),
                null,
                (scope, nexts) -> scope.operator(
                        ForeignKeyOperator.class,
                        scope.failures(),
                        foreignKey,
                        new FunctionKeyWriter<F, F>(keyCodec.forTask(), key -> key),
                        nexts.get(0),
                        nexts.get(LINKS)));
        node.reserve(LINKS, "links");
        return node;
    }

    private static <F, R> Flow<LinkMessage<R>> lookUp(
            final String name, final Flow<LinkMessage<DirectBuffer>> links, final Table<F, R> right) {
        links.topology().checkStep(name);
        final Flow<Sided> sides = Sides.rekeyed(
                name,
                List.of(new Sides.Side<>(links, right.keyCodec), new Sides.Side<>(right.anyChanges(), right.keyCodec)));
        final Codec<R> codec = right.codec();
        final StepNode<Sided> step = new StepNode<>(
                name,
                "look-up in table " + right.name(),
                new StepNode.StateInfo(
                        "the value, the key and 24 bytes, for each key of table " + right.name()
                                + "; the key and 24 bytes, for each row that has one",
                        null),
                null,
                (scope, nexts) -> scope.operator(
                        ForeignLookupOperator.class,
                        scope.name(),
                        scope.failures(),
                        scope.keptCodec(codec),
                        scope.memory(),
                        nexts.get(0)));
        return sides.then(step, new LinkMessageCodec<>(codec));
    }

    private static <K, L, F, R> StepNode<Sided> results(
            final JoinKind kind, final String name, final Table<K, L> left, final Table<F, R> right) {
        final Codec<L> leftCodec = left.codec();
        final Codec<R> rightCodec = right.codec();
        return new StepNode<>(
                name,
                kind.name().toLowerCase(Locale.ROOT) + " foreign-key join of tables " + left.name() + " and "
                        + right.name(),
                new StepNode.StateInfo("the values of both tables, the key and 64 bytes, for each row", null),
                null,
                (scope, nexts) -> scope.operator(
                        ForeignJoinOperator.class,
                        scope.name(),
                        scope.failures(),
                        kind,
                        scope.keptCodec(leftCodec),
                        scope.keptCodec(leftCodec),
                        scope.keptCodec(rightCodec),
                        scope.keptCodec(rightCodec),
                        scope.memory(),
                        nexts.get(0)));
    }
}
