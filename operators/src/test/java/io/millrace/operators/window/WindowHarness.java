package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Runs a window operator as a task does, and is woken only when the operator asked for it. */
final class WindowHarness {
    final List<String> results = new ArrayList<>();
    final List<String> late = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final TaskCounters counters = new TaskCounters();
    final RecordContext context = new RecordContext();
    final MemoryBudget budget = new MemoryBudget("test", Long.MAX_VALUE);

    private final StateMemory memory = new StateMemory(budget);
    private final Factory factory;
    final Emission emission;
    private Operator<String> operator;

    /** Makes the operator under test. */
    @FunctionalInterface
    interface Factory {
        Operator<String> create(WindowHarness harness, StateMemory memory);
    }

    private WindowHarness(final Emission emission, final Factory factory) {
        this.emission = emission;
        this.factory = factory;
        this.operator = factory.create(this, memory);
    }

    static WindowHarness tumbling(final long sizeNs, final long graceNs) {
        return frames(() -> new TumblingFrames(sizeNs), graceNs, Emission.ON_CLOSE);
    }

    static WindowHarness frames(
            final java.util.function.Supplier<WindowFrames> frames, final long graceNs, final Emission emission) {
        return new WindowHarness(
                emission,
                (harness, memory) -> new TumblingWindowOperator<>(
                        "window",
                        frames.get(),
                        graceNs,
                        emission,
                        sums(),
                        memory,
                        new StringCodec(),
                        harness.counters,
                        (failed, failure) -> harness.failures.add(failure.getMessage()),
                        harness.results(),
                        harness.lateCollector()));
    }

    static WindowHarness hopping(final long sizeNs, final long hopNs, final long graceNs, final Emission emission) {
        return hopping(sizeNs, hopNs, graceNs, emission, false);
    }

    static WindowHarness hopping(
            final long sizeNs, final long hopNs, final long graceNs, final Emission emission, final boolean isOnHeap) {
        return new WindowHarness(
                emission,
                (harness, memory) -> new HoppingWindowOperator<>(
                        "window",
                        new PaneFrames(sizeNs, hopNs),
                        graceNs,
                        emission,
                        isOnHeap ? sumsOnHeap() : sums(),
                        memory,
                        new StringCodec(),
                        harness.counters,
                        (failed, failure) -> harness.failures.add(failure.getMessage()),
                        harness.results(),
                        harness.lateCollector()));
    }

    private static Aggregator<String, Long> sums() {
        return Aggregation.<String, SumOfDigits>flyweight(SumOfDigits::new, SumOfDigits::add)
                .combine(SumOfDigits::combine)
                .result(SumOfDigits::value)
                .forTask();
    }

    private static Aggregator<String, Long> sumsOnHeap() {
        return Aggregation.<String, Long>values(
                        new LongCodec(), () -> 0L, (sum, value) -> sum + SumOfDigits.number(value))
                .combine(Long::sum)
                .forTask();
    }

    /** A value is {@code key:number}. */
    void record(final String key, final long eventTimeNs, final long number) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        context.record(8, eventTimeNs, Math.max(0, context.logTimeNs()));
        context.key(new UnsafeBuffer(bytes), 0, bytes.length);
        operator.process(context, key + ":" + number);
    }

    void watermark(final long watermarkNs) {
        if (watermarkNs <= context.watermarkNs()) {
            return;
        }
        if (watermarkNs >= context.eventCallNs()) {
            context.clearEventTimes();
            operator.onWatermark(context, watermarkNs);
        }
        context.watermarkNs(watermarkNs);
    }

    void logTime(final long logTimeNs) {
        context.record(8, context.eventTimeNs(), logTimeNs);
        if (logTimeNs >= context.logWakeNs()) {
            context.clearLogTimes();
            operator.onLogTime(context, logTimeNs);
        }
    }

    /** Goes on with an operator that was restored from a snapshot of this one. */
    void restore() {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter out = new StateWriter(buffer, 0);
        ((Stateful) operator).snapshot(out);
        operator = factory.create(this, memory);
        ((Stateful) operator).restore(new StateReader(buffer, 0, out.length()));
    }

    private Operator<Windowed<String, Long>> results() {
        return new Collector<>() {
            @Override
            public void process(final RecordContext given, final Windowed<String, Long> value) {
                results.add(value + (value.isFinal() ? "" : "?") + " at " + given.eventTimeNs());
            }
        };
    }

    private Operator<String> lateCollector() {
        return new Collector<>() {
            @Override
            public void process(final RecordContext given, final String value) {
                late.add(value + "@" + given.eventTimeNs());
            }
        };
    }

    private abstract static class Collector<V> implements Operator<V> {
        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }
}
