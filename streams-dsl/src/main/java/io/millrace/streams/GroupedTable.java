package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Average;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.TableAggregateOperator;
import io.millrace.streams.topology.StepNode;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * The values of a table in groups, to be aggregated. Unlike those of a stream, values leave: what is replaced or deleted is
 * subtracted, and a group without a value is deleted.
 *
 * @param <G> type of the keys of the groups.
 * @param <V> type of the values.
 */
public final class GroupedTable<G, V> {
    private final Flow<Change<V>> flow;
    private final Codec<G> keyCodec;

    GroupedTable(final Flow<Change<V>> flow, final Codec<G> keyCodec) {
        this.flow = flow;
        this.keyCodec = keyCodec;
    }

    /**
     * Keeps an aggregate of the values that each group has now. A change for which the aggregation fails, where a policy says to
     * go on, leaves the aggregate as it was, and what was not added then is subtracted when it leaves: let such a step stop.
     *
     * @param name        of the step, unique in the topology; its state is bound to it.
     * @param aggregation of the values, one that can subtract.
     * @param <R>         type of the aggregate.
     * @return the aggregate of each group.
     */
    public <R> Table<G, R> aggregate(final String name, final Aggregation<? super V, ?, R> aggregation) {
        return aggregate(name, aggregation, null);
    }

    private <R> Table<G, R> aggregate(
            final String name, final Aggregation<? super V, ?, R> aggregation, final Codec<R> codec) {
        Objects.requireNonNull(aggregation, "aggregate needs an aggregation");
        final Topology topology = flow.topology();
        topology.checkStep(name);
        if (!aggregation.isSubtractable()) {
            topology.mistake(
                    "table " + name,
                    "its values come and go, and aggregation " + aggregation.name()
                            + " does not know how to take one away; say subtract(…) behind it");
        }
        final StepNode<Change<V>> step = new StepNode<>(
                name,
                aggregation.name() + " of a table",
                new StepNode.StateInfo(aggregation.describeState() + ", the key and 8 bytes, for each group", null),
                null,
                (scope, nexts) -> scope.operator(
                        TableAggregateOperator.class,
                        scope.name(),
                        scope.failures(),
                        scope.memory(),
                        scope.aggregator(aggregation),
                        nexts.get(0)));
        Table.checkIsRead(name, step, topology);
        return Table.ofChanges(name, keyCodec, codec, flow.then(step, null));
    }

    /**
     * Counts the values of each group.
     *
     * @param name of the step, unique in the topology; its state is bound to it.
     * @return their number now, for each group that has one.
     */
    public Table<G, Long> count(final String name) {
        return aggregate(name, Aggregations.count(), Codecs.int64());
    }

    /**
     * Adds up a number of the values of each group. A sum of more than 64 bits makes the step fail.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param number of a value.
     * @return the sum now, for each group that has a value.
     */
    public Table<G, Long> sum(final String name, final ToLongFunction<? super V> number) {
        return aggregate(name, Aggregations.sum(number), Codecs.int64());
    }

    /**
     * Averages a number of the values of each group, exactly. A sum of more than 64 bits makes the step fail.
     *
     * @param name   of the step, unique in the topology; its state is bound to it.
     * @param number of a value.
     * @return sum, number and average now, for each group that has a value; a view that is valid inside the call.
     */
    public Table<G, Average> average(final String name, final ToLongFunction<? super V> number) {
        return aggregate(name, Aggregations.average(number));
    }
}
