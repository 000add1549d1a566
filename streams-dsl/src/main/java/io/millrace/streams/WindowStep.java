package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.window.CountWindowOperator;
import io.millrace.operators.window.Emission;
import io.millrace.operators.window.HoppingWindowOperator;
import io.millrace.operators.window.SessionWindowOperator;
import io.millrace.operators.window.SlidingWindowOperator;
import io.millrace.operators.window.TumblingWindowOperator;
import io.millrace.streams.topology.DurationText;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.StepScope;
import io.millrace.streams.topology.TopologyNode;
import java.util.List;

/** A window in the graph: makes its operators, whole or in two halves. */
final class WindowStep<K, V, R> {
    /** Port of late values. */
    static final int LATE = 1;

    private final Windows windows;
    private final Emission emission;
    private final Aggregation<V, ?, R> aggregation;
    private final Codec<K> keyCodec;
    private final StepNode<V> node;

    WindowStep(
            final String name,
            final Windows windows,
            final Emission emission,
            final Aggregation<V, ?, R> aggregation,
            final Codec<K> keyCodec,
            final boolean isSplit,
            final Codec<V> codec) {
        this.windows = windows;
        this.emission = emission;
        this.aggregation = aggregation;
        this.keyCodec = keyCodec;
        final boolean canSplit = isSplit
                && windows.hasFrames()
                && codec != null
                && aggregation.isCombinable()
                && emission.kind() == Emission.Kind.ON_CLOSE
                && windows.mistake() == null;
        this.node = new StepNode<>(
                name,
                aggregation.name() + ", " + windows + describe(emission),
                windows.mistake() == null ? info() : null,
                canSplit ? new SplitStep<>(this, windows, aggregation) : null,
                (scope, nexts) ->
                        operator(scope, nexts.get(TopologyNode.MAIN), lateStep(nexts), scope.aggregator(aggregation)));
        if (windows.mistake() == null) {
            node.grace(windows.graceNs());
        }
    }

    private static String describe(final Emission emission) {
        return switch (emission.kind()) {
            case ON_CLOSE -> "";
            case ON_UPDATE -> ", emitted on update";
            case EVERY -> ", emitted every " + DurationText.of(emission.everyNs());
        };
    }

    StepNode<V> node() {
        return node;
    }

    private StepNode.StateInfo info() {
        return new StepNode.StateInfo(
                aggregation.describeState() + " and the key, for each key "
                        + (windows.isSliding()
                                ? "at each event time within a window"
                                : windows.isHopping() ? "in each open pane" : "in each open window"),
                windows.grid());
    }

    <T> Operator<T> operator(
            final StepScope scope, final Operator<?> next, final Operator<?> late, final Aggregator<T, R> aggregator) {
        if (windows.isCount()) {
            return scope.operator(
                    CountWindowOperator.class,
                    scope.name(),
                    windows.count(),
                    emission,
                    aggregator,
                    scope.memory(),
                    scope.codec(keyCodec),
                    scope.failures(),
                    next);
        }
        if (windows.isSliding()) {
            return scope.operator(
                    SlidingWindowOperator.class,
                    scope.name(),
                    windows.sizeNs(),
                    windows.graceNs(),
                    aggregator,
                    scope.memory(),
                    scope.codec(keyCodec),
                    scope.counters(),
                    scope.failures(),
                    next,
                    late);
        }
        if (windows.isSession()) {
            return scope.operator(
                    SessionWindowOperator.class,
                    scope.name(),
                    windows.sizeNs(),
                    windows.graceNs(),
                    emission,
                    aggregator,
                    scope.memory(),
                    scope.codec(keyCodec),
                    scope.counters(),
                    scope.failures(),
                    next,
                    late);
        }
        return scope.operator(
                windows.isHopping() ? HoppingWindowOperator.class : TumblingWindowOperator.class,
                scope.name(),
                windows.frames(),
                windows.graceNs(),
                emission,
                aggregator,
                scope.memory(),
                scope.codec(keyCodec),
                scope.counters(),
                scope.failures(),
                next,
                late);
    }

    static Operator<?> lateStep(final List<Operator<?>> nexts) {
        return nexts.size() > LATE ? nexts.get(LATE) : null;
    }
}
