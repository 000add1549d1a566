package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.AbsenceOperator;
import io.millrace.streams.topology.StepNode;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiPredicate;

/**
 * Values of one stream for which nothing came in another one, under their keys.
 *
 * @param <K> type of the keys.
 * @param <L> type of the values.
 * @param <R> type of the values that did not come.
 */
public final class AbsentStream<K, L, R> extends KeyedStream<K, L> {
    private final Flow<R> right;

    private AbsentStream(final Flow<L> flow, final Codec<K> keyCodec, final Flow<R> right) {
        super(flow, keyCodec);
        this.right = right;
    }

    static <K, L, R> AbsentStream<K, L, R> of(
            final String name,
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final Within within,
            final BiPredicate<? super L, ? super R> condition) {
        final Topology topology = left.flow.topology();
        topology.checkStep(name);
        Objects.requireNonNull(right, "absence needs a stream whose values are missed");
        Objects.requireNonNull(within, "absence needs an interval, such as Within.of(Duration.ofSeconds(1))");
        if (within.mistake() != null) {
            topology.mistake("absence " + name, within.mistake());
            return of(left, right, name, Within.of(Duration.ZERO), condition);
        }
        return of(left, right, name, within.waitingFor(JoinedStream.lagNs(left, right)), condition);
    }

    private static <K, L, R> AbsentStream<K, L, R> of(
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final String name,
            final Within within,
            final BiPredicate<? super L, ? super R> condition) {
        final long beforeNs = within.beforeNs();
        final long afterNs = within.afterNs();
        final long graceNs = within.graceNs();
        final Flow<L> flow = JoinedStream.step(
                name,
                left,
                right,
                graceNs,
                "absence within " + within + (condition == null ? "" : ", of what matches"),
                new StepNode.StateInfo(
                        "48 bytes and the value, for each value until it can find no partner, and the key",
                        JoinedStream.grid(beforeNs + afterNs + graceNs)),
                (scope, nexts) -> scope.operator(
                        AbsenceOperator.class,
                        scope.name(),
                        scope.failures(),
                        beforeNs,
                        afterNs,
                        graceNs,
                        condition,
                        scope.keptCodec(left.flow.codec()),
                        scope.keptCodec(right.flow.codec()),
                        scope.memory(),
                        scope.counters(),
                        nexts.get(0),
                        nexts.get(JoinedStream.LATE_LEFT),
                        nexts.get(JoinedStream.LATE_RIGHT)),
                left.flow.codec());
        return new AbsentStream<>(flow, left.keyCodec, right.flow);
    }

    @Override
    public AbsentStream<K, L, R> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /**
     * Values of this stream that came when the watermark, less the grace, was ahead of them: whether something is missing for
     * them is no longer known. They are counted in any case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, L> lateLeft() {
        return late(JoinedStream.LATE_LEFT, flow.codec());
    }

    /**
     * Values of the other stream that came when the watermark, less the grace, was ahead of them: they met nobody. They are
     * counted in any case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, R> lateRight() {
        return late(JoinedStream.LATE_RIGHT, right.codec());
    }

    private <V> KeyedStream<K, V> late(final int port, final Codec<V> codec) {
        return new KeyedStream<>(new Flow<>(flow.topology(), flow.node(), port, codec), keyCodec);
    }
}
