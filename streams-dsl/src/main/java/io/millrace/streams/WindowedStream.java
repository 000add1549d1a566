package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.state.CountState;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.window.TumblingWindowOperator;
import io.millrace.operators.window.WindowAggregation;
import io.millrace.operators.window.Windowed;
import io.millrace.streams.topology.StepNode;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Values under keys, parted into windows: what is left to say is how the values of a window become its result.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class WindowedStream<K, V> {
    private static final int LATE = 1;

    private final Flow<V> flow;
    private final Codec<K> keyCodec;
    private final String name;
    private final Windows windows;
    private Consumer<Stream<V>> late;

    WindowedStream(final Flow<V> flow, final Codec<K> keyCodec, final String name, final Windows windows) {
        this.flow = flow;
        this.keyCodec = keyCodec;
        this.name = name;
        this.windows = windows;
    }

    /**
     * Says what becomes of values that come for a window whose result is final. They are counted in any case.
     *
     * @param newLate is given the stream of them.
     * @return this.
     */
    public WindowedStream<K, V> late(final Consumer<Stream<V>> newLate) {
        late = newLate;
        return this;
    }

    /**
     * Aggregates with state of a fixed size.
     *
     * @param stateFactory makes a view of the state.
     * @param add          adds a value to it.
     * @param <S>          type of the state.
     * @return one result for each key and window.
     */
    public <S extends StateFlyweight> Stream<Windowed<K, S>> aggregate(
            final Supplier<S> stateFactory, final BiConsumer<? super S, ? super V> add) {
        return aggregate(new WindowAggregation<V, S, S>(stateFactory, add, Function.identity()), "aggregate");
    }

    /**
     * Counts the values.
     *
     * @return their number for each key and window.
     */
    public Stream<Windowed<K, Long>> count() {
        return aggregate(
                new WindowAggregation<V, CountState, Long>(
                        CountState::new, (state, value) -> state.increment(), CountState::value),
                "count");
    }

    private <S extends StateFlyweight, R> Stream<Windowed<K, R>> aggregate(
            final WindowAggregation<V, S, R> aggregation, final String verb) {
        final StepNode<V> step = new StepNode<>(
                name,
                verb + ", " + windows,
                windows.mistake() == null ? info(aggregation) : null,
                null,
                (scope, nexts) -> scope.operator(
                        TumblingWindowOperator.class,
                        windows.toTumblingWindow(),
                        aggregation,
                        scope.codec(keyCodec),
                        scope.counters(),
                        scope.failures(),
                        nexts.get(0),
                        lateStep(nexts)));
        final Flow<Windowed<K, R>> results = flow.then(step, null);
        if (late != null) {
            step.reserve(LATE);
            late.accept(new Stream<>(new Flow<>(flow.topology(), step, LATE, flow.codec())));
        }
        return new Stream<>(results);
    }

    private StepNode.StateInfo info(final WindowAggregation<V, ?, ?> aggregation) {
        return new StepNode.StateInfo(
                aggregation.stateFactory().get().encodedLength()
                        + " bytes and the key, for each key in each open window",
                WatermarkGrid.ofWindows(
                        windows.toTumblingWindow().sizeNs(),
                        windows.toTumblingWindow().graceNs()));
    }

    private static Operator<?> lateStep(final List<Operator<?>> nexts) {
        return nexts.size() > LATE ? nexts.get(LATE) : null;
    }
}
