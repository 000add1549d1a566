package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.keyed.DedupeOperator;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.DurationText;
import io.millrace.streams.topology.StepNode;
import java.time.Duration;
import java.util.Objects;

/**
 * The first values of their keys, without the repeats.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class DedupedStream<K, V> extends KeyedStream<K, V> {
    private static final int LATE = 1;
    private static final int REPEATS = 2;
    private static final Duration MAX = Duration.ofNanos(DedupeOperator.MAX_WITHIN_NS);

    // Lateness is told this often within a span, where an exchange lies between.
    private static final int WATERMARKS_PER_SPAN = 4;

    private DedupedStream(final Flow<V> flow, final Codec<K> keyCodec) {
        super(flow, keyCodec);
    }

    static <K, V> DedupedStream<K, V> of(final KeyedStream<K, V> stream, final String name, final Duration within) {
        final Flow<V> flow = stream.flow;
        flow.topology().checkStep(name);
        Objects.requireNonNull(within, "dedupe needs a span");
        final boolean isInRange = !within.isNegative() && !within.isZero() && within.compareTo(MAX) <= 0;
        if (!isInRange) {
            flow.topology().mistake("dedupe " + name, "the span of repeats must be 1 ns to 36 years, is " + within);
        }
        final long withinNs = isInRange ? within.toNanos() : 1;
        flow.mistakeIfBehind("dedupe " + name, withinNs - 1);
        final StepNode<V> step = new StepNode<>(
                name,
                "dedupe within " + DurationText.of(within),
                new StepNode.StateInfo(
                        "8 bytes and the key, for each key in the last 4 spans",
                        new WatermarkGrid(Math.max(1, withinNs / WATERMARKS_PER_SPAN), 0)),
                null,
                (scope, nexts) -> scope.operator(
                        DedupeOperator.class,
                        scope.name(),
                        scope.failures(),
                        withinNs,
                        scope.memory(),
                        scope.counters(),
                        nexts.get(0),
                        nexts.get(LATE),
                        nexts.get(REPEATS)));
        step.reserve(LATE, "late");
        step.reserve(REPEATS, "repeats");
        return new DedupedStream<>(flow.then(step, flow.codec()), stream.keyCodec);
    }

    @Override
    public DedupedStream<K, V> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /**
     * The values that came when the watermark was a span or more ahead of them: whether they are repeats is no longer known.
     * They are counted in any case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, V> late() {
        return port(LATE);
    }

    /**
     * The values that were left out because they repeat one that passed. They are counted in any case.
     *
     * @return the repeats, under their keys.
     */
    public KeyedStream<K, V> repeats() {
        return port(REPEATS);
    }

    private KeyedStream<K, V> port(final int port) {
        return new KeyedStream<>(new Flow<>(flow.topology(), flow.node(), port, flow.codec()), keyCodec);
    }
}
