package io.millrace.testkit;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.window.Emission;
import io.millrace.streams.Codecs;
import io.millrace.streams.Emit;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Topology;
import io.millrace.streams.WindowedStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A window step and what happens to it, at random: input out of order beyond what is allowed for, partitions at different
 * speeds, silence, words of the publisher about time, tasks that get ahead of each other, crashes.
 */
final class WindowScript {
    /** What happens. */
    sealed interface Step {}

    record Put(int partition, long timeNs, String text) implements Step {}

    record Mark(int partition, long timeNs) implements Step {}

    record Pause(long ns) implements Step {}

    record Work(int task, int records) implements Step {}

    record WorkAll() implements Step {}

    record Crash() implements Step {}

    private static final int MAX_STEPS = 160;

    // 2024-03-30T12:00Z and 2024-10-26T12:00Z: the days on which clocks change in Berlin and New York are near.
    private static final long[] CALENDAR_STARTS = {1_711_800_000_000_000_000L, 1_729_944_000_000_000_000L};

    final int partitions;
    final WindowKind kind;
    final long unitNs;
    final long boundNs;
    final long graceNs;

    /** Below 0 for never. */
    final long idleAfterNs;

    /** As {@link WindowInterpreter} has it. */
    final long everyNs;

    final boolean isSplit;
    final List<Step> steps = new ArrayList<>();

    WindowScript(final SplittableRandom random, final int partitions) {
        this.partitions = partitions;
        this.kind = WindowKind.any(random);
        final boolean isCalendar = kind instanceof WindowKind.Days;
        this.unitNs = isCalendar ? WindowKind.HOUR_NS : 1;
        this.boundNs = unitNs * random.nextLong(random.nextBoolean() ? 5 : 30);
        this.graceNs = random.nextBoolean() ? 0 : unitNs * random.nextLong(random.nextBoolean() ? 4 : 40);
        this.idleAfterNs = random.nextBoolean() ? -1 : unitNs * (1 + random.nextLong(60));
        this.everyNs = everyNs(random);
        this.isSplit = partitions > 1
                && random.nextInt(4) > 0
                && kind instanceof WindowKind.Aligned
                && everyNs == WindowInterpreter.ON_CLOSE;
        addSteps(random, isCalendar ? CALENDAR_STARTS[random.nextInt(2)] : -random.nextLong(300));
    }

    private long everyNs(final SplittableRandom random) {
        final int choice = random.nextInt(3);
        if (choice == 0 || kind instanceof WindowKind.Sliding) {
            return WindowInterpreter.ON_CLOSE;
        }
        return choice == 1 || kind instanceof WindowKind.Count
                ? WindowInterpreter.ON_UPDATE
                : unitNs * (1 + random.nextLong(40));
    }

    private void addSteps(final SplittableRandom random, final long startNs) {
        final int keys = 1 + random.nextInt(6);
        final long jitter = 1 + random.nextLong(80);
        final long[] timesNs = new long[partitions];
        final int[] speeds = new int[partitions];
        for (int i = 0; i < partitions; i++) {
            timesNs[i] = startNs + unitNs * random.nextLong(60);
            speeds[i] = 1 + random.nextInt(random.nextBoolean() ? 3 : 12);
        }
        for (int i = random.nextInt(MAX_STEPS); i > 0; i--) {
            final int partition = random.nextInt(1 + random.nextInt(partitions));
            switch (random.nextInt(12)) {
                case 0 -> steps.add(new WorkAll());
                case 1 -> steps.add(new Work(random.nextInt(2 * partitions), 1 + random.nextInt(8)));
                case 2 -> steps.add(new Pause(unitNs * random.nextLong(random.nextInt(4) == 0 ? 300 : 20)));
                case 3 ->
                    steps.add(
                            random.nextInt(4) == 0
                                    ? new Mark(partition, timesNs[partition] - unitNs * random.nextLong(20))
                                    : new WorkAll());
                default -> {
                    timesNs[partition] += unitNs
                            * (random.nextInt(25) == 0 ? random.nextLong(300) : random.nextLong(speeds[partition]));
                    final long back = random.nextInt(40) == 0 ? 1_000 : random.nextInt(3) == 0 ? jitter : 1;
                    steps.add(new Put(
                            partition,
                            timesNs[partition] - unitNs * random.nextLong(back),
                            Arrival.text("k" + random.nextInt(keys), random.nextLong(1_000) - 500, i)));
                }
            }
        }
    }

    /** The same with crashes here and there. */
    WindowScript crashing(final SplittableRandom random) {
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            steps.add(random.nextInt(steps.size() + 1), new Crash());
        }
        return this;
    }

    Topology topology() {
        final Topology topology = Topology.named("windows");
        final SourceStream<String> in =
                topology.stream("in", Codecs.string()).outOfOrderness(Duration.ofNanos(boundNs));
        final WindowedStream<String, String> windows = (idleAfterNs < 0
                        ? in.neverIdle()
                        : in.idleAfter(Duration.ofNanos(idleAfterNs)))
                .keyBy("by-key", Codecs.string(), Arrival::keyOf)
                .window(
                        "windows",
                        kind instanceof WindowKind.Count
                                ? kind.written()
                                : kind.written().grace(Duration.ofNanos(graceNs)))
                .emit(emission())
                .split(isSplit);
        if (!(kind instanceof WindowKind.Count)) {
            windows.late(late -> late.to("late"));
        }
        windows.aggregate(Aggregation.<String, Tally.State>flyweight(Tally.State::new, Tally.State::add)
                        .combine(Tally.State::combine))
                .map(
                        window -> WindowInterpreter.line(
                                window.key(),
                                window.startNs(),
                                window.endNs(),
                                window.value().tally(),
                                window.isFinal()),
                        Codecs.string())
                .to("out");
        return topology;
    }

    private Emission emission() {
        if (everyNs == WindowInterpreter.ON_CLOSE) {
            return Emit.onClose();
        }
        return everyNs == WindowInterpreter.ON_UPDATE ? Emit.onUpdate() : Emit.every(Duration.ofNanos(everyNs));
    }

    @Override
    public String toString() {
        return kind + " partitions=" + partitions + " bound=" + boundNs + " grace=" + graceNs + " idleAfter="
                + idleAfterNs + " every=" + everyNs + " split=" + isSplit + " steps=" + steps;
    }
}
