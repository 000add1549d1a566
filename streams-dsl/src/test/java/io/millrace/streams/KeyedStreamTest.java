package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.keyed.FlyweightState;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.state.CountState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedStreamTest {
    private static final long MS = 1_000_000L;
    private static final long GAP_NS = 50 * MS;
    private static final SideOutput<String> LONG_VISITS = SideOutput.of("long", Codecs.string());

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "7, 3"})
    void shouldKeepAnAggregateOfEachKeyAndTellItsChanges(final int partitions, final long seed) {
        try (KeyedSteps steps = new KeyedSteps(directory, partitions)) {
            final List<String> texts = randomTexts(steps, seed, 2_000);

            final Topology topology = Topology.named("job");
            final KeyedStream<String, String> keyed = keyed(topology);
            final Table<String, Long> largest = keyed.aggregate(
                    "largest",
                    Aggregation.<String, Long>values(
                                    Codecs.int64(), () -> -1L, (most, text) -> Math.max(most, number(text)))
                            .named("max"));
            largest.toChanges()
                    .map(change -> change.key() + " " + change.value(), Codecs.string())
                    .to("largest");
            keyed.aggregate("texts", Aggregation.values(Codecs.string(), () -> "", (all, text) -> text))
                    .everyUpdate()
                    .to("latest", Codecs.string());
            steps.run(topology);

            final Map<String, Long> most = new HashMap<>();
            final List<String> expected = new ArrayList<>();
            for (final String text : texts) {
                final long number = number(text);
                if (number > most.getOrDefault(key(text), -1L)) {
                    most.put(key(text), number);
                    expected.add(key(text) + " " + number);
                }
            }
            assertThat(byKey(steps.values("largest"))).as("seed %d", seed).isEqualTo(byKey(expected));
            assertThat(byKey(steps.values("latest"))).as("seed %d", seed).isEqualTo(byKey(texts));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCountAndSumAndCompareAndReduce(final int partitions) {
        try (KeyedSteps steps = new KeyedSteps(directory, partitions)) {
            for (final String text : List.of("a 5", "b -7", "a 5", "a -1", "b 9")) {
                steps.text(text, 0);
            }
            steps.end();

            final Topology topology = Topology.named("job");
            final KeyedStream<String, String> keyed = keyed(topology);
            write(keyed.count("counted"), "count");
            write(keyed.sum("summed", KeyedStreamTest::number), "sum");
            write(keyed.min("smallest", KeyedStreamTest::number), "min");
            write(keyed.max("largest", KeyedStreamTest::number), "max");
            keyed.average("averaged", KeyedStreamTest::number)
                    .toChanges()
                    .map(change -> change.key() + "=" + change.value().value(), Codecs.string())
                    .to("average");
            write(keyed.reduce("reduced", Codecs.string(), (held, text) -> held + "," + text), "reduce");
            steps.run(topology);

            assertThat(steps.values("count")).containsExactlyInAnyOrder("a=1", "a=2", "a=3", "b=1", "b=2");
            assertThat(steps.values("sum")).containsExactlyInAnyOrder("a=5", "a=10", "a=9", "b=-7", "b=2");
            assertThat(steps.values("min")).containsExactlyInAnyOrder("a=5", "a=-1", "b=-7");
            assertThat(steps.values("max")).containsExactlyInAnyOrder("a=5", "b=-7", "b=9");
            assertThat(steps.values("average")).containsExactlyInAnyOrder("a=5.0", "a=5.0", "a=3.0", "b=-7.0", "b=1.0");
            assertThat(steps.values("reduce"))
                    .containsExactlyInAnyOrder("a=a 5", "a=a 5,a 5", "a=a 5,a 5,a -1", "b=b -7", "b=b -7,b 9");
        }
    }

    private static void write(final Table<String, ?> table, final String topic) {
        table.toChanges().map(Object::toString, Codecs.string()).to(topic);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "7, 3"})
    void shouldKeepTheTopValuesOfEachKey(final int partitions, final long seed) {
        try (KeyedSteps steps = new KeyedSteps(directory, partitions)) {
            final List<String> texts = randomTexts(steps, seed, 1_000);

            final Topology topology = Topology.named("job");
            keyed(topology)
                    .topN("top", 3, KeyedStreamTest::number, Codecs.string())
                    .toChanges()
                    .map(change -> change.key() + " " + change.value(), Codecs.string())
                    .to("top");
            steps.run(topology);

            final Map<String, List<String>> all = new HashMap<>();
            final Map<String, List<String>> tops = new HashMap<>();
            final List<String> expected = new ArrayList<>();
            for (final String text : texts) {
                all.computeIfAbsent(key(text), key -> new ArrayList<>()).add(text);
                final List<String> top = all.get(key(text)).stream()
                        .sorted(Comparator.comparingLong(KeyedStreamTest::number)
                                .reversed())
                        .limit(3)
                        .toList();
                if (!top.equals(tops.put(key(text), top))) {
                    expected.add(key(text) + " " + top);
                }
            }
            assertThat(byKey(steps.values("top"))).as("seed %d", seed).isEqualTo(byKey(expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "7, 3"})
    void shouldDropRepeatsAndCountThem(final int partitions, final long seed) {
        try (KeyedSteps steps = new KeyedSteps(directory, partitions)) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Map<String, List<Long>> passed = new HashMap<>();
            final List<String> first = new ArrayList<>();
            final List<String> repeats = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                final long timeNs = i * MS + random.nextLong(100 * MS);
                final String text = "k" + random.nextInt(40) + " " + i;
                steps.text(text, timeNs);
                final List<Long> ofKey = passed.computeIfAbsent(key(text), key -> new ArrayList<>());
                if (ofKey.stream().anyMatch(time -> Math.abs(time - timeNs) < 200 * MS)) {
                    repeats.add(text);
                } else {
                    ofKey.add(timeNs);
                    first.add(text);
                }
            }
            steps.end();

            final Topology topology = Topology.named("job");
            final DedupedStream<String, String> deduped = keyed(topology).dedupe("once", Duration.ofMillis(200));
            deduped.to("first");
            deduped.repeats().to("repeats");
            deduped.late().to("late");
            final JobCounters counters = steps.run(topology);

            assertThat(byKey(steps.values("first"))).as("seed %d", seed).isEqualTo(byKey(first));
            assertThat(byKey(steps.values("repeats"))).as("seed %d", seed).isEqualTo(byKey(repeats));
            assertThat(steps.values("late")).isEmpty();
            assertThat(counters.repeatedRecords()).isEqualTo(repeats.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "7, 3"})
    void shouldRunAProcessorWithStateTimersAndASideOutput(final int partitions, final long seed) {
        try (KeyedSteps steps = new KeyedSteps(directory, partitions)) {
            final List<String> visits = new ArrayList<>();
            final List<String> longVisits = new ArrayList<>();
            randomVisits(steps, seed, visits, longVisits);

            steps.run(visits());

            assertThat(byKey(steps.values("visits"))).as("seed %d", seed).isEqualTo(byKey(visits));
            assertThat(byKey(steps.values("long-visits"))).as("seed %d", seed).isEqualTo(byKey(longVisits));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveTheSameBytesHoweverOftenItIsStopped(final boolean hasCheckpoints) {
        final JobContext context = new JobContext();
        if (!hasCheckpoints) {
            context.checkpointInterval(Duration.ZERO);
        }
        final List<String> uninterrupted;
        try (KeyedSteps steps = new KeyedSteps(directory.resolve("one"), 1)) {
            randomVisits(steps, 7, new ArrayList<>(), new ArrayList<>());
            steps.run(visits());
            uninterrupted = steps.bytes("visits");
        }
        try (KeyedSteps steps = new KeyedSteps(directory.resolve("two"), 1)) {
            randomVisits(steps, 7, new ArrayList<>(), new ArrayList<>());
            for (int run = 1; run < 8; run++) {
                try (JobTasks tasks = JobTasks.open(steps.store, visits(), context)) {
                    for (int i = 0; i < run; i++) {
                        tasks.doWork();
                    }
                }
            }
            final JobCounters counters = steps.run(visits(), context);

            assertThat(uninterrupted).hasSizeGreaterThan(100);
            assertThat(steps.bytes("visits")).isEqualTo(uninterrupted);
            // The last checkpoint of each run is of where it was closed.
            assertThat(counters.replayedOutputs() == 0).isEqualTo(hasCheckpoints);
        }
    }

    @Test
    void shouldFireTimersAlthoughTheInputStopped() {
        try (KeyedSteps steps = new KeyedSteps(directory, 1)) {
            final Topology topology = Topology.named("job");
            topology.stream("in", Codecs.string())
                    .idleAfter(Duration.ofMillis(1))
                    .keyBy("by-key", Codecs.string(), KeyedStreamTest::key)
                    .process("timers", TimerProcessor::new, Codecs.string())
                    .to("fired");
            try (JobTasks tasks = JobTasks.open(steps.store, topology, new JobContext())) {
                steps.text("a text", 0);

                steps.workUntil(
                        tasks, "both timers fire", () -> steps.values("fired").size() == 2);
            }

            assertThat(steps.values("fired")).containsExactlyInAnyOrder("a event", "a log");
        }
    }

    @Test
    void shouldKeepTheKeyThroughFlatMapAndBranch() {
        try (KeyedSteps steps = new KeyedSteps(directory, 1)) {
            steps.text("a 1", 0);
            steps.text("b 2", 1);
            steps.text("a 3", 2);
            steps.end();
            final Topology topology = Topology.named("job");
            final KeyedBranching<String, String> branching = keyed(topology)
                    .<String>flatMapValues(
                            (text, out) -> {
                                out.accept(text + "x");
                                out.accept(text + "y");
                            },
                            Codecs.string())
                    .branch();
            final KeyedStream<String, String> x = branching.when(text -> text.endsWith("x"));
            x.aggregate("x", Aggregation.values(Codecs.string(), () -> "", (all, text) -> all + "," + text))
                    .toChanges()
                    .map(change -> change.key() + change.value(), Codecs.string())
                    .to("x");
            branching.otherwise().to("rest");
            steps.run(topology);

            assertThat(steps.values("x")).containsExactly("a,a 1x", "b,b 2x", "a,a 1x,a 3x");
            assertThat(steps.values("rest")).containsExactly("a 1y", "b 2y", "a 3y");
        }
    }

    @Test
    void shouldFollowTheErrorPolicyOfAProcessor() {
        try (KeyedSteps steps = new KeyedSteps(directory, 1)) {
            steps.text("a 1", 0);
            steps.text("a boom", 1);
            steps.text("a 2", 2);
            steps.end();
            final Topology topology = Topology.named("job");
            keyed(topology)
                    .<String>process(
                            "fragile",
                            () -> (text, context) -> {
                                if (text.endsWith("boom")) {
                                    throw new IllegalStateException(text);
                                }
                                context.forward(text);
                            },
                            Codecs.string())
                    .onError(ErrorPolicy.SKIP)
                    .to("out");

            assertThat(steps.run(topology).skippedRecords()).isEqualTo(1);
            assertThat(steps.values("out")).containsExactly("a 1", "a 2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldSayInThePlanWhatItKeeps(final int partitions) {
        assertThat(visits().plan(topic -> partitions).describe())
                .contains("visits (process)")
                .contains("24 bytes, an object and the key, for each key with state; the key and about 70 bytes");
    }

    @Test
    void shouldReportMistakesAtBuildWithTheStepAndTheFix() {
        final Topology topology = Topology.named("job");
        final KeyedStream<String, String> keyed = keyed(topology);
        keyed.dedupe("once", Duration.ZERO).to("out");
        keyed.topN("top", 0, KeyedStreamTest::number, null).toChanges().to("tops");
        keyed.process("once", TwiceDeclared::new, null).to("processed");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("dedupe once: the span of repeats must be 1 ns to 36 years")
                .hasMessageContaining("topN top: it keeps at least 1 value of a key, not 0")
                .hasMessageContaining("topN top: it keeps values, so it needs their codec")
                .hasMessageContaining("sink tops: it does not know how to write")
                .hasMessageContaining("step once: the name is used twice")
                .hasMessageContaining("process once: its processor cannot be set up: state cell is declared twice")
                .hasMessageContaining("sink processed: it does not know how to write");
    }

    private static KeyedStream<String, String> keyed(final Topology topology) {
        return topology.stream("in", Codecs.string())
                .outOfOrderness(Duration.ofMillis(100))
                .keyBy("by-key", Codecs.string(), KeyedStreamTest::key);
    }

    private static Topology visits() {
        final Topology topology = Topology.named("job");
        final ProcessedStream<String, String> visits =
                keyed(topology).process("visits", VisitProcessor::new, Codecs.string());
        visits.to("visits");
        visits.sideOutput(LONG_VISITS).to("long-visits");
        return topology;
    }

    private static List<String> randomTexts(final KeyedSteps steps, final long seed, final int count) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final String text = "k" + random.nextInt(20) + " " + random.nextInt(500);
            steps.text(text, i * MS);
            texts.add(text);
        }
        steps.end();
        return texts;
    }

    // Visits end when nothing of their key comes for a while.
    private static void randomVisits(
            final KeyedSteps steps, final long seed, final List<String> visits, final List<String> longVisits) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<String, Long> last = new HashMap<>();
        final Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            final String key = "k" + random.nextInt(10);
            final long timeNs = i * 3 * MS;
            steps.text(key + " " + i, timeNs);
            if (last.containsKey(key) && timeNs - last.get(key) >= GAP_NS) {
                visits.add(key + " " + counts.remove(key) + " until " + last.get(key));
            }
            last.put(key, timeNs);
            if (counts.merge(key, 1, Integer::sum) == 4) {
                longVisits.add(key + " " + i);
            }
        }
        counts.forEach((key, count) -> visits.add(key + " " + count + " until " + last.get(key)));
        steps.end();
    }

    private static String key(final String text) {
        return text.substring(0, text.indexOf(' '));
    }

    private static long number(final String text) {
        return Long.parseLong(text.substring(text.indexOf(' ') + 1));
    }

    // What a job promises is the order of each key.
    private static Map<String, List<String>> byKey(final List<String> texts) {
        final Map<String, List<String>> byKey = new HashMap<>();
        texts.forEach(text ->
                byKey.computeIfAbsent(key(text), key -> new ArrayList<>()).add(text));
        return byKey;
    }

    /** Counts the values of a visit; it ends when nothing came for a while. */
    private static final class VisitProcessor implements Processor<String, String, String> {
        private FlyweightState<CountState> count;
        private ValueState<Long> last;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.flyweightState("count", CountState::new);
            last = setup.valueState("last", Codecs.int64());
        }

        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {
            if (last.isSet()) {
                final long untilNs = last.value() + GAP_NS;
                context.cancelEventTimer(untilNs);
                // Another partition may hold the watermark back, so that the timer has not fired yet.
                if (context.eventTimeNs() >= untilNs) {
                    end(context);
                }
            }
            count.view().increment();
            if (count.view().value() == 4) {
                context.sideOutput(LONG_VISITS, text);
            }
            last.set(context.eventTimeNs());
            context.scheduleEventTimer(context.eventTimeNs() + GAP_NS);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            end(context);
        }

        private void end(final ProcessorContext<String, String> context) {
            context.forward(context.key() + " " + count.view().value() + " until " + last.value());
            count.clear();
            last.clear();
        }
    }

    /** Sets a timer of each kind. */
    private static final class TimerProcessor implements Processor<String, String, String> {
        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {
            context.scheduleEventTimer(context.eventTimeNs() + 5 * MS);
            context.scheduleLogTimer(context.logTimeNs() + 5 * MS);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward(context.key() + " event");
        }

        @Override
        public void onLogTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward(context.key() + " log");
        }
    }

    /** Declares the same state twice. */
    private static final class TwiceDeclared implements Processor<String, String, String> {
        @Override
        public void init(final ProcessorSetup setup) {
            setup.valueState("cell", Codecs.int64());
            setup.valueState("cell", Codecs.string());
        }

        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {}
    }
}
