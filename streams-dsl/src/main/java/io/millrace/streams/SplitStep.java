package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.ExchangeOperator;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.window.LateValueOperator;
import io.millrace.operators.window.MergingAggregator;
import io.millrace.operators.window.PartialOrValue;
import io.millrace.operators.window.PartialOrValueCodec;
import io.millrace.operators.window.PartialWindowOperator;
import io.millrace.streams.topology.StepScope;
import io.millrace.streams.topology.TopologyNode;
import io.millrace.streams.topology.WindowSplit;
import java.util.List;

/** A window in two halves, one in front of the exchange and one behind it. */
final class SplitStep<K, V, R> implements WindowSplit<V> {
    private final WindowStep<K, V, R> whole;
    private final Windows windows;
    private final Aggregation<V, ?, R> aggregation;

    SplitStep(final WindowStep<K, V, R> whole, final Windows windows, final Aggregation<V, ?, R> aggregation) {
        this.whole = whole;
        this.windows = windows;
        this.aggregation = aggregation;
    }

    @Override
    public Operator<V> first(
            final StepScope scope,
            final KeyWriter<? super V> keyWriter,
            final Codec<V> codec,
            final OutputAppender output,
            final String exchange,
            final WatermarkGrid grid) {
        final Operator<PartialOrValue<V>> sender = scope.operator(
                ExchangeOperator.class,
                exchange,
                scope.failures(),
                null,
                new PartialOrValueCodec<>(codec, aggregation.forTask()),
                output,
                grid,
                scope.partition(),
                null);
        return scope.operator(
                PartialWindowOperator.class,
                scope.name(),
                windows.frames(),
                windows.graceNs(),
                scope.aggregator(aggregation),
                scope.memory(),
                keyWriter,
                scope.failures(),
                sender);
    }

    @Override
    public Codec<?> exchangeCodec(final Codec<V> codec) {
        return new PartialOrValueCodec<>(codec, null);
    }

    @Override
    public boolean alwaysCombines() {
        return aggregation.alwaysCombines();
    }

    @Override
    public Operator<?> second(final StepScope scope, final List<Operator<?>> nexts) {
        final Operator<?> late = WindowStep.lateStep(nexts);
        return whole.operator(
                scope,
                nexts.get(TopologyNode.MAIN),
                late == null ? null : scope.operator(LateValueOperator.class, late),
                new MergingAggregator<>(scope.aggregator(aggregation)));
    }
}
