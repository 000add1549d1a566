package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.SilenceOperator;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.DurationText;
import io.millrace.streams.topology.StepNode;
import java.time.Duration;
import java.util.Objects;

/**
 * The last values of keys that have fallen silent, under their keys.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class SilentStream<K, V> extends KeyedStream<K, V> {
    private static final int LATE = 1;
    private static final Duration MAX = Duration.ofNanos(SilenceOperator.MAX_SPAN_NS);

    // Where an exchange lies between, the step learns of time this often within the span.
    private static final int WATERMARKS_PER_SPAN = 8;

    private SilentStream(final Flow<V> flow, final Codec<K> keyCodec) {
        super(flow, keyCodec);
    }

    static <K, V> SilentStream<K, V> of(final KeyedStream<K, V> stream, final String name, final Duration span) {
        final Flow<V> flow = stream.flow;
        final Topology topology = flow.topology();
        topology.checkStep(name);
        Objects.requireNonNull(span, "absence needs to know how long a key may be silent");
        final boolean isInRange = !span.isNegative() && !span.isZero() && span.compareTo(MAX) <= 0;
        if (!isInRange) {
            topology.mistake("absence " + name, "the silence of a key must be 1 ns to 36 years, is " + span);
        }
        if (flow.codec() == null) {
            topology.mistake(
                    "absence " + name,
                    "it keeps values and does not know how to write what "
                            + flow.node().name() + " makes; give that step a codec");
        }
        flow.mistakeIfBehind("absence " + name, 0);
        final long spanNs = isInRange ? span.toNanos() : 1;
        final StepNode<V> step = new StepNode<>(
                name,
                "absence for " + DurationText.of(span),
                new StepNode.StateInfo(
                        "80 bytes and the last value, for each key that is not silent, and the key",
                        new WatermarkGrid(Math.max(1, spanNs / WATERMARKS_PER_SPAN), 0)),
                null,
                (scope, nexts) -> scope.operator(
                        SilenceOperator.class,
                        scope.name(),
                        scope.failures(),
                        spanNs,
                        scope.keptCodec(flow.codec()),
                        scope.memory(),
                        scope.counters(),
                        nexts.get(0),
                        nexts.get(LATE)));
        step.reserve(LATE, "late");
        topology.check(() -> step.children(0).isEmpty()
                ? "absence " + name
                        + ": nobody reads what it finds, so it would keep state for nothing; end it with to(topic), or leave"
                        + " the step out"
                : null);
        return new SilentStream<>(flow.then(step, flow.codec()), stream.keyCodec);
    }

    @Override
    public SilentStream<K, V> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /**
     * Values that came when the watermark was ahead of them: they ended no silence. They are counted in any case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, V> late() {
        return new KeyedStream<>(new Flow<>(flow.topology(), flow.node(), LATE, flow.codec()), keyCodec);
    }
}
