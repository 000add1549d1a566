package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.Operator;
import io.millrace.operators.keyed.LendingProcessor;
import io.millrace.operators.keyed.ProcessOperator;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.StepScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What a processor hands on, under the keys of the values and timers that it did so for.
 *
 * @param <K> type of the keys.
 * @param <R> type of the values.
 */
public final class ProcessedStream<K, R> extends KeyedStream<K, R> {
    /** How exactly timers are told the time where an exchange lies between: 10 ms. */
    private static final WatermarkGrid GRID = new WatermarkGrid(10_000_000, 0);

    // The output at index n has the port n + 1.
    private final List<SideOutput<?>> sideOutputs;

    private ProcessedStream(final Flow<R> flow, final Codec<K> keyCodec, final List<SideOutput<?>> sideOutputs) {
        super(flow, keyCodec);
        this.sideOutputs = sideOutputs;
    }

    static <K, V, R> ProcessedStream<K, R> of(
            final KeyedStream<K, V> stream,
            final String name,
            final Supplier<? extends Processor<K, V, R>> supplier,
            final Codec<R> codec) {
        Objects.requireNonNull(supplier, "a step needs a supplier of processors");
        final Flow<V> flow = stream.flow;
        flow.topology().checkStep(name);
        final List<SideOutput<?>> sideOutputs = new ArrayList<>();
        final StepNode<V> step = new StepNode<>(
                name,
                "process",
                new StepNode.StateInfo(describeState(flow.topology(), name, supplier), GRID),
                null,
                (scope, nexts) -> scope.operator(
                        ProcessOperator.class,
                        scope.name(),
                        scope.failures(),
                        scope.memory(),
                        scope.codec(stream.keyCodec),
                        processor(scope, supplier.get()),
                        sideOutputs.toArray(SideOutput<?>[]::new),
                        nexts.subList(1, nexts.size()).toArray(Operator<?>[]::new),
                        nexts.get(0)));
        return new ProcessedStream<>(flow.then(step, codec), stream.keyCodec, sideOutputs);
    }

    private static <K, V, R> Processor<K, V, R> processor(final StepScope scope, final Processor<K, V, R> processor) {
        return scope.isTestMode() ? new LendingProcessor<>(processor, scope.name()) : processor;
    }

    // A processor is made only to be asked for its declarations, so that their mistakes are reported with all others.
    private static String describeState(
            final Topology topology, final String name, final Supplier<? extends Processor<?, ?, ?>> supplier) {
        try {
            final Processor<?, ?, ?> first = made(supplier);
            final String state = ProcessOperator.describeState(name, first);
            // A lambda is one object for all, and has nothing to share.
            if (!state.isEmpty() && made(supplier) == first) {
                topology.mistake(
                        "process " + name,
                        "its supplier gave the same processor twice, and each task needs one of its own; make it in the"
                                + " supplier: () -> new …");
            }
            return (state.isEmpty() ? "" : state + "; ") + "the key and about 70 bytes for each timer";
        } catch (final RuntimeException e) {
            topology.mistake(
                    "process " + name,
                    "its processor cannot be set up: " + (e.getMessage() == null ? e : e.getMessage()));
            return "";
        }
    }

    private static Processor<?, ?, ?> made(final Supplier<? extends Processor<?, ?, ?>> supplier) {
        return Objects.requireNonNull(supplier.get(), "its supplier gave null");
    }

    /**
     * What the processor hands to an output beside its main one.
     *
     * @param output that the processor uses.
     * @param <T>    type of its values.
     * @return the values.
     */
    public <T> Stream<T> sideOutput(final SideOutput<T> output) {
        int index = 0;
        while (index < sideOutputs.size() && !sideOutputs.get(index).isSame(output)) {
            index++;
        }
        if (index == sideOutputs.size()) {
            sideOutputs.add(output);
            flow.node().reserve(index + 1, output.name());
        }
        return new Stream<>(new Flow<>(flow.topology(), flow.node(), index + 1, output.codec()));
    }

    @Override
    public ProcessedStream<K, R> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }
}
