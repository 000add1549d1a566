package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.AsOfJoinOperator;
import io.millrace.operators.join.InnerIntervalJoinOperator;
import io.millrace.operators.join.IntervalJoinOperator;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.Sided;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.StepNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a join of two streams has found, under the keys of its values. Views that are valid inside the call of a function: a
 * function makes a value of them before they go to a topic or through an exchange.
 *
 * @param <K> type of the keys.
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public final class JoinedStream<K, L, R> extends KeyedStream<K, Joined<L, R>> {
    static final int LATE_LEFT = 1;
    static final int LATE_RIGHT = 2;

    // Where an exchange lies between, the join learns of time this often within the interval.
    private static final int WATERMARKS_PER_SPAN = 8;

    private static final long NS_PER_MS = 1_000_000;

    private final Flow<L> left;
    private final Flow<R> right;

    private JoinedStream(
            final Flow<Joined<L, R>> flow, final Codec<K> keyCodec, final Flow<L> left, final Flow<R> right) {
        super(flow, keyCodec);
        this.left = left;
        this.right = right;
    }

    static <K, L, R> JoinedStream<K, L, R> of(
            final JoinKind kind,
            final String name,
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final Within within) {
        final Topology topology = left.flow.topology();
        topology.checkStep(name);
        Objects.requireNonNull(right, "a join needs a stream to be joined with");
        Objects.requireNonNull(within, "a join of streams needs an interval, such as Within.of(Duration.ofSeconds(1))");
        if (within.mistake() != null) {
            topology.mistake("join " + name, within.mistake());
            return of(kind, left, right, name, Within.of(Duration.ZERO));
        }
        return of(kind, left, right, name, within.waitingFor(lagNs(left, right)));
    }

    private static <K, L, R> JoinedStream<K, L, R> of(
            final JoinKind kind,
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final String name,
            final Within within) {
        final long beforeNs = within.beforeNs();
        final long afterNs = within.afterNs();
        final long graceNs = within.graceNs();
        final boolean isInner = kind == JoinKind.INNER;
        return of(
                name,
                left,
                right,
                graceNs,
                kind.name().toLowerCase(Locale.ROOT) + " join within " + within,
                (isInner ? "24" : "48")
                        + " bytes and the value, for each value that may still find a partner, and the key",
                grid(beforeNs + afterNs + graceNs),
                isInner
                        ? (scope, nexts) -> scope.operator(
                                InnerIntervalJoinOperator.class,
                                scope.name(),
                                scope.failures(),
                                beforeNs,
                                afterNs,
                                graceNs,
                                scope.keptCodec(left.flow.codec()),
                                scope.keptCodec(right.flow.codec()),
                                scope.memory(),
                                scope.counters(),
                                nexts.get(0),
                                nexts.get(LATE_LEFT),
                                nexts.get(LATE_RIGHT))
                        : (scope, nexts) -> scope.operator(
                                IntervalJoinOperator.class,
                                scope.name(),
                                scope.failures(),
                                kind,
                                beforeNs,
                                afterNs,
                                graceNs,
                                scope.keptCodec(left.flow.codec()),
                                scope.keptCodec(right.flow.codec()),
                                scope.memory(),
                                scope.counters(),
                                nexts.get(0),
                                nexts.get(LATE_LEFT),
                                nexts.get(LATE_RIGHT)));
    }

    static <K, L, R> JoinedStream<K, L, R> asOf(
            final boolean keepsLeft,
            final String name,
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final AsOf asOf) {
        final Topology topology = left.flow.topology();
        topology.checkStep(name);
        Objects.requireNonNull(right, "a join needs a stream to be joined with");
        Objects.requireNonNull(asOf, "an as-of join needs to know how it looks back, such as AsOf.anyAge()");
        if (asOf.mistake() != null) {
            topology.mistake("join " + name, asOf.mistake());
            return asOf(left, right, name, keepsLeft, AsOf.anyAge());
        }
        return asOf(left, right, name, keepsLeft, asOf.waitingFor(lagNs(left, right)));
    }

    private static <K, L, R> JoinedStream<K, L, R> asOf(
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final String name,
            final boolean keepsLeft,
            final AsOf asOf) {
        final boolean waits = asOf.waits();
        final long toleranceNs = asOf.toleranceNs();
        final long graceNs = asOf.graceNs();
        return of(
                name,
                left,
                right,
                graceNs,
                (keepsLeft ? "left as-of join, " : "as-of join, ") + asOf,
                "48 bytes and the value, for the last value of each key"
                        + (waits ? " and each that waits, and the key" : ", and the key"),
                new WatermarkGrid(NS_PER_MS, 0),
                (scope, nexts) -> scope.operator(
                        AsOfJoinOperator.class,
                        scope.name(),
                        scope.failures(),
                        keepsLeft,
                        waits,
                        toleranceNs,
                        graceNs,
                        scope.keptCodec(left.flow.codec()),
                        scope.keptCodec(right.flow.codec()),
                        scope.memory(),
                        scope.counters(),
                        nexts.get(0),
                        nexts.get(LATE_LEFT),
                        nexts.get(LATE_RIGHT)));
    }

    private static <K, L, R> JoinedStream<K, L, R> of(
            final String name,
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final long graceNs,
            final String description,
            final String state,
            final WatermarkGrid grid,
            final StepNode.Factory<Sided> factory) {
        return new JoinedStream<>(
                step(name, left, right, graceNs, description, new StepNode.StateInfo(state, grid), factory, null),
                left.keyCodec,
                left.flow,
                right.flow);
    }

    /** How far the values of two sides may be behind the watermark, in ns. */
    static long lagNs(final KeyedStream<?, ?> left, final KeyedStream<?, ?> right) {
        return Math.max(left.flow.lagNs(), right.flow.lagNs());
    }

    /** Brings two streams together and puts a step behind them whose late values of each have a port. */
    static <K, L, R, O> Flow<O> step(
            final String name,
            final KeyedStream<K, L> left,
            final KeyedStream<K, R> right,
            final long graceNs,
            final String description,
            final StepNode.StateInfo state,
            final StepNode.Factory<Sided> factory,
            final Codec<O> codec) {
        final Flow<Sided> sides = Sides.together(
                name,
                List.of(new Sides.Side<>(left.flow, left.keyCodec), new Sides.Side<>(right.flow, right.keyCodec)));
        final StepNode<Sided> step = new StepNode<>(name, description, state, null, factory);
        step.grace(graceNs);
        step.reserve(LATE_LEFT, "late left");
        step.reserve(LATE_RIGHT, "late right");
        left.flow
                .topology()
                .check(() -> step.children(0).isEmpty()
                        ? "join " + name
                                + ": nobody reads what it finds, so it would keep state for nothing; end it with"
                                + " mapValues(…).to(topic), or leave the step out"
                        : null);
        return sides.then(step, codec);
    }

    static WatermarkGrid grid(final long spanNs) {
        return new WatermarkGrid(Math.max(1, spanNs / WATERMARKS_PER_SPAN), 0);
    }

    @Override
    public JoinedStream<K, L, R> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /**
     * Values of the left side that came when the watermark, less the grace, was ahead of them: they met nobody. They are
     * counted in any case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, L> lateLeft() {
        return late(LATE_LEFT, left.codec());
    }

    /**
     * Values of the right side that came when the watermark, less the grace, was ahead of them: they met nobody. They are
     * counted in any case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, R> lateRight() {
        return late(LATE_RIGHT, right.codec());
    }

    private <V> KeyedStream<K, V> late(final int port, final Codec<V> codec) {
        return new KeyedStream<>(new Flow<>(flow.topology(), flow.node(), port, codec), keyCodec);
    }
}
