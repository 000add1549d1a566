package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.SinkOperator;
import io.millrace.operators.state.CountState;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.window.TumblingWindowOperator;
import io.millrace.operators.window.WindowAggregation;
import io.millrace.operators.window.Windowed;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TaskScope;
import io.millrace.streams.topology.TopologyNode;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A keyed stream in windows, that is to be aggregated. There is one final result for each key and window that has a
 * record, when the watermark says that the window is complete.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class WindowedStream<K, V> {
    private final Topology topology;
    private final TopologyNode node;
    private final Codec<V> codec;
    private final Codec<K> keyCodec;
    private final String name;
    private final Windows windows;
    private String lateTopic;
    private boolean isAggregated;

    WindowedStream(
            final Topology topology,
            final TopologyNode node,
            final Codec<V> codec,
            final Codec<K> keyCodec,
            final String name,
            final Windows windows) {
        this.topology = topology;
        this.node = node;
        this.codec = codec;
        this.keyCodec = keyCodec;
        this.name = name;
        this.windows = windows;
    }

    /**
     * Writes records that come after their window has closed to a topic, as they are. Without this they are counted only.
     *
     * @param topic to write, which is made if it does not exist.
     * @return this stream.
     */
    public WindowedStream<K, V> lateTo(final String topic) {
        topology.addOutput(topic);
        if (isAggregated) {
            topology.mistake(
                    "window " + name, "lateTo(\"" + topic + "\") comes too late; call it before the aggregation");
        }
        lateTopic = topic;
        return this;
    }

    /**
     * Aggregates into a state of fixed size that lives in the window's memory.
     *
     * @param stateFactory makes a view on a state, such as {@code CandleState::new}.
     * @param add          takes a value into the state; a new state's bytes are all zero.
     * @param <S>          type of the state.
     * @return the stream of results, each a view on the state of one key in one window.
     */
    public <S extends StateFlyweight> Stream<Windowed<K, S>> aggregate(
            final Supplier<S> stateFactory, final BiConsumer<? super S, ? super V> add) {
        return aggregate(new WindowAggregation<V, S, S>(stateFactory, add, Function.identity()), "aggregate");
    }

    /**
     * Counts the records.
     *
     * @return the stream of counts.
     */
    public Stream<Windowed<K, Long>> count() {
        return aggregate(
                new WindowAggregation<V, CountState, Long>(
                        CountState::new, (state, value) -> state.increment(), CountState::value),
                "count");
    }

    private <S extends StateFlyweight, R> Stream<Windowed<K, R>> aggregate(
            final WindowAggregation<V, S, R> aggregation, final String verb) {
        final StepNode<V, Windowed<K, R>> step = new StepNode<>(
                name,
                verb + ", " + windows,
                windows.mistake() == null ? info(aggregation) : null,
                (scope, next) -> new TumblingWindowOperator<K, V, S, R>(
                        name,
                        windows.toTumblingWindow(),
                        aggregation,
                        scope.codec(keyCodec),
                        scope.counters(),
                        scope.failures(),
                        next,
                        lateStep(scope)));
        isAggregated = true;
        node.add(step);
        return new Stream<>(topology, step, null);
    }

    private StepNode.WindowInfo info(final WindowAggregation<V, ?, ?> aggregation) {
        return new StepNode.WindowInfo(
                windows.toTumblingWindow().sizeNs(),
                windows.toTumblingWindow().graceNs(),
                aggregation.stateFactory().get().encodedLength(),
                lateTopic);
    }

    private Operator<V> lateStep(final TaskScope scope) {
        return lateTopic == null
                ? null
                : new SinkOperator<>(name, scope.codec(codec), scope.output(lateTopic), scope.partition());
    }
}
