package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.ProcessedStream;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The {@linkplain OperatorContract contract of operators} for a processor alone: it is put into a topology of its own, between
 * a topic of values and one of results.
 *
 * <pre>{@code
 * OperatorContract.processor(Gaps::new, Codecs.string(), Codecs.string())
 *         .keyBy(Codecs.string(), visitor -> visitor)
 *         .verify(List.of("ann", "bob", "ann"));
 * }</pre>
 *
 * <p>What is found this way: state in fields of the processor instead of cells, state that its codec does not bring back,
 * results that depend on chance, on a clock, or on how many tasks share the keys.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values it takes.
 * @param <R> type of the values it hands on.
 */
public final class ProcessorContract<K, V, R> {
    private static final String VALUES = "values";
    private static final String RESULTS = "results";
    private static final int GAPS_BEFORE_END = 10;

    private final Supplier<? extends Processor<K, V, R>> processors;
    private final Codec<V> valueCodec;
    private final Codec<R> resultCodec;
    private final List<SideOutput<?>> sideOutputs = new ArrayList<>();
    private final OperatorContract contract = OperatorContract.of(this::topology);
    private Codec<K> keyCodec;
    private Function<? super V, ? extends K> key;
    private Duration gap = Duration.ofSeconds(1);

    ProcessorContract(
            final Supplier<? extends Processor<K, V, R>> processors,
            final Codec<V> valueCodec,
            final Codec<R> resultCodec) {
        this.processors = Objects.requireNonNull(processors, "the contract needs a supplier of processors");
        this.valueCodec = Objects.requireNonNull(valueCodec, "the contract needs the codec of the values");
        this.resultCodec = Objects.requireNonNull(resultCodec, "the contract needs the codec of the results");
    }

    /**
     * Says under which keys the values come. Always needed.
     *
     * @param newKeyCodec of the keys.
     * @param newKey      of a value.
     * @return this.
     */
    public ProcessorContract<K, V, R> keyBy(final Codec<K> newKeyCodec, final Function<? super V, ? extends K> newKey) {
        keyCodec = newKeyCodec;
        key = newKey;
        return this;
    }

    /**
     * Takes a side output in, to be checked as the main one is.
     *
     * @param output of the processor, with a codec.
     * @return this.
     */
    public ProcessorContract<K, V, R> sideOutput(final SideOutput<?> output) {
        sideOutputs.add(output);
        return this;
    }

    /**
     * Says how much time lies between two values of {@link #verify(List)}.
     *
     * @param newGap a multiple of 10 ms, so that timers are exact behind an exchange too; 1 s unless set.
     * @return this.
     */
    public ProcessorContract<K, V, R> gap(final Duration newGap) {
        gap = newGap;
        return this;
    }

    /**
     * Says how many partitions the topic of values has, see {@link OperatorContract#partitions}.
     *
     * @param counts numbers that must all give the same results; 1, 2 and 3 unless set.
     * @return this.
     * @throws IllegalArgumentException if there is none.
     */
    public ProcessorContract<K, V, R> partitions(final int... counts) {
        contract.partitions(counts);
        return this;
    }

    /**
     * Says how often a run is killed at most, see {@link OperatorContract#maxCrashes}.
     *
     * @param newMaxCrashes 0 or more; 20 unless set.
     * @return this.
     */
    public ProcessorContract<K, V, R> maxCrashes(final int newMaxCrashes) {
        contract.maxCrashes(newMaxCrashes);
        return this;
    }

    /**
     * Checks the contract with values that come one after the other, in the order of their event times, which is that of the
     * clock. After the last one ten more gaps pass, and then the input ends.
     *
     * @param values to put in.
     * @return what was done.
     * @throws AssertionError        as {@link OperatorContract#verify} does.
     * @throws IllegalStateException if keyBy is missing.
     */
    public ContractReport verify(final List<? extends V> values) {
        return verify((driver, input) -> {
            for (final V value : values) {
                driver.advanceTime(gap);
                // All partitions know the time, so that a timer fires before the same value whatever their number.
                input.watermark(driver.now()).pipe(value);
            }
            driver.advanceTime(gap.multipliedBy(GAPS_BEFORE_END)).end();
        });
    }

    /**
     * Checks the contract with a script.
     *
     * @param script that puts in values and watermarks and lets time pass; the same each time.
     * @return what was done.
     * @throws AssertionError        as {@link OperatorContract#verify} does.
     * @throws IllegalStateException if keyBy is missing.
     */
    public ContractReport verify(final BiConsumer<TopologyTestDriver, TestInput<V>> script) {
        if (key == null || keyCodec == null) {
            throw new IllegalStateException("a processor needs keys; say keyBy(codec, value -> key)");
        }
        return contract.script(driver -> script.accept(driver, driver.input(VALUES, valueCodec)))
                .verify();
    }

    private Topology topology() {
        final Topology topology = Topology.named("processor-contract");
        final KeyedStream<K, V> keyed = topology.stream(VALUES, valueCodec).keyBy("by-key", keyCodec, key);
        final ProcessedStream<K, R> results = keyed.process("processor", processors, resultCodec);
        results.to(RESULTS);
        for (final SideOutput<?> output : sideOutputs) {
            results.sideOutput(output).to(RESULTS + '.' + output.name());
        }
        return topology;
    }
}
