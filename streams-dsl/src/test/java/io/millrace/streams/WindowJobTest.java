package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.state.CountState;
import io.millrace.operators.window.CalendarUnit;
import io.millrace.operators.window.Windowed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values are {@code key:number}. */
class WindowJobTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int MAX_IDLE_ROUNDS = 100_000;

    @TempDir
    Path directory;

    private record Outcomes(List<String> results, List<String> late, JobCounters counters) {}

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "7, 1", "2, 3", "7, 3", "2, 7"})
    void shouldGiveTheSameResultsWhetherTheWindowIsSplitOrNot(final int partitions, final int overlap) {
        final Windows windows = overlap == 1
                ? Windows.tumbling(Duration.ofSeconds(2))
                : Windows.hopping(Duration.ofSeconds(2 * overlap), Duration.ofSeconds(2));
        for (long seed = 1; seed <= 2; seed++) {
            final Outcomes whole = runRandom(partitions, windows, false, seed);
            final Outcomes split = runRandom(partitions, windows, true, seed);

            assertThat(whole.results()).as("seed %d", seed).isNotEmpty();
            assertThat(whole.late()).as("seed %d", seed).isNotEmpty();
            assertThat(split.results()).as("seed %d", seed).isEqualTo(whole.results());
            assertThat(split.late()).as("seed %d", seed).isEqualTo(whole.late());
            assertThat(split.counters().lateRecords())
                    .as("seed %d", seed)
                    .isEqualTo(whole.counters().lateRecords());
            if (partitions > 1) {
                assertThat(split.counters().recordsOut())
                        .as("seed %d", seed)
                        .isLessThan(whole.counters().recordsOut());
            }
        }
    }

    private Outcomes runRandom(final int partitions, final Windows windows, final boolean isSplit, final long seed) {
        final String name = partitions + "-" + windows.isHopping() + "-" + isSplit + "-" + seed;
        final Topology topology = Topology.named("sums");
        topology.stream("events", Codecs.string())
                .outOfOrderness(Duration.ofSeconds(1))
                .keyBy("by-key", Codecs.string(), WindowJobTest::key)
                .window("sums", windows.grace(Duration.ofMillis(500)))
                .split(isSplit)
                .late(late -> late.to("late"))
                .sum(WindowJobTest::number)
                .map(WindowJobTest::text, Codecs.string())
                .to("results");
        final SplittableRandom random = new SplittableRandom(seed);
        return run(name, topology, partitions, events -> {
            for (int i = 0; i < 4_000; i++) {
                final long lag = random.nextInt(50) == 0 ? 20 * SECOND : SECOND;
                final long time = i * (SECOND / 50) - random.nextLong(lag);
                events.add(random.nextInt(partitions), "k" + random.nextInt(5) + ":" + i, time);
            }
            return null;
        });
    }

    @Test
    void shouldSendTwoStatesInThePlaceOfManyValues() {
        final Topology topology = Topology.named("tops");
        topology.stream("events", Codecs.string())
                .keyBy("by-key", Codecs.string(), WindowJobTest::key)
                .window("tops", Windows.tumbling(Duration.ofSeconds(1)))
                .topN(3, WindowJobTest::number, Codecs.string())
                .map(window -> window.key() + " " + window.value(), Codecs.string())
                .to("results");

        final Outcomes outcomes = run("tops", topology, 2, events -> {
            for (int i = 0; i < 100; i++) {
                events.add(i % 2, "a:" + i, i);
            }
            return null;
        });

        assertThat(outcomes.results()).containsExactly("a [a:99, a:98, a:97]");
        assertThat(outcomes.counters().recordsOut()).isEqualTo(3);
    }

    @Test
    void shouldAggregateInAllTheWaysThatComeWithIt() {
        assertThat(aggregated(WindowedStream::count)).containsExactly("a 3", "b 1");
        assertThat(aggregated(w -> w.sum(WindowJobTest::number))).containsExactly("a 12", "b 5");
        assertThat(aggregated(w -> w.min(WindowJobTest::number))).containsExactly("a 2", "b 5");
        assertThat(aggregated(w -> w.max(WindowJobTest::number))).containsExactly("a 7", "b 5");
        assertThat(aggregated(w -> w.average(WindowJobTest::number))).containsExactly("a 4.0 of 3", "b 5.0 of 1");
        assertThat(aggregated(w -> w.reduce(Codecs.string(), (x, y) -> number(x) > number(y) ? x : y)))
                .containsExactly("a a:7", "b b:5");
        assertThat(aggregated(w -> w.topN(2, WindowJobTest::number, Codecs.string())))
                .containsExactly("a [a:7, a:3]", "b [b:5]");
    }

    private <R> List<String> aggregated(
            final Function<WindowedStream<String, String>, Stream<Windowed<String, R>>> how) {
        final Topology topology = Topology.named("all");
        how.apply(topology.stream("events", Codecs.string())
                        .keyBy("by-key", Codecs.string(), WindowJobTest::key)
                        .window("each", Windows.tumbling(Duration.ofSeconds(1))))
                .map(window -> window.key() + " " + window.value(), Codecs.string())
                .to("results");
        runs++;
        return run("all-" + runs, topology, 1, events -> {
                    events.add(0, "a:2", 1);
                    events.add(0, "a:7", 2);
                    events.add(0, "b:5", 2);
                    events.add(0, "a:3", 3);
                    return null;
                })
                .results();
    }

    private int runs;

    @Test
    void shouldCountByTheDaysOfAZone() {
        final Topology topology = Topology.named("days");
        topology.stream("events", Codecs.string())
                .keyBy("by-key", Codecs.string(), WindowJobTest::key)
                .window("days", Windows.calendar(CalendarUnit.DAYS, ZoneId.of("Europe/Berlin")))
                .count()
                .map(
                        window -> (window.endNs() - window.startNs()) / (3_600 * SECOND) + " h: " + window.value(),
                        Codecs.string())
                .to("results");

        final Outcomes outcomes = run("days", topology, 2, events -> {
            events.add(0, "a:1", at("2024-03-31T00:00:00+01:00"));
            events.add(1, "a:1", at("2024-03-31T23:59:59+02:00"));
            events.add(0, "a:1", at("2024-04-01T00:00:00+02:00"));
            events.add(1, "a:1", at("2024-10-27T23:59:59+01:00"));
            return null;
        });

        assertThat(outcomes.results()).containsExactly("23 h: 2", "24 h: 1", "25 h: 1");
    }

    private static long at(final String time) {
        return ZonedDateTime.parse(time).toEpochSecond() * SECOND;
    }

    @Test
    void shouldEmitEachUpdateAndMarkTheLast() {
        final Topology topology = Topology.named("updates");
        topology.stream("events", Codecs.string())
                .keyByLong("by-number", WindowJobTest::number)
                .window("updates", Windows.hopping(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .emit(Emit.onUpdate())
                .count()
                .map(
                        window -> window.keyLong() + " from " + window.startNs() / SECOND + ": " + window.value()
                                + (window.isFinal() ? "." : ""),
                        Codecs.string())
                .to("results");

        final Outcomes outcomes = run("updates", topology, 1, events -> {
            events.add(0, "a:7", SECOND);
            events.add(0, "b:7", 2 * SECOND);
            return null;
        });

        assertThat(outcomes.results())
                .containsExactlyInAnyOrder(
                        "7 from 0: 1",
                        "7 from 1: 1",
                        "7 from 0: 1.",
                        "7 from 1: 2",
                        "7 from 2: 1",
                        "7 from 1: 2.",
                        "7 from 2: 1.");
    }

    @Test
    void shouldSayThatHoppingWindowsNeedToCombine() {
        final Topology topology = Topology.named("mistaken");
        topology.stream("events", Codecs.string())
                .keyBy("by-key", Codecs.string(), WindowJobTest::key)
                .window("hops", Windows.hopping(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .aggregate(CountState::new, (state, value) -> state.increment())
                .map(window -> "", Codecs.string())
                .to("results");

        assertThatThrownBy(topology::build).hasMessageContaining("window hops: hopping windows need combine(…)");
    }

    @Test
    void shouldRefuseAHopLongerThanTheWindow() {
        final Topology topology = Topology.named("mistaken");
        topology.stream("events", Codecs.string())
                .keyBy("by-key", Codecs.string(), WindowJobTest::key)
                .window("hops", Windows.hopping(Duration.ofSeconds(1), Duration.ofSeconds(2)))
                .count()
                .map(window -> "", Codecs.string())
                .to("results");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("window hops: the hop of windows must be 1 ns to their size, is PT2S");
    }

    private static String key(final String value) {
        return value.substring(0, value.indexOf(':'));
    }

    private static long number(final String value) {
        return Long.parseLong(value.substring(value.indexOf(':') + 1));
    }

    private static <R> String text(final Windowed<String, R> window) {
        return window.key() + " " + window.startNs() + " " + window.value();
    }

    private Outcomes run(
            final String name, final Topology topology, final int partitions, final Function<Events, Void> input) {
        final LogContext context =
                new LogContext().directory(directory.resolve(name)).segmentLength(1 << 20);
        try (LogStore store = LogStore.launch(context)) {
            try (Events events = new Events(store, partitions)) {
                input.apply(events);
                events.end();
            }
            try (JobTasks tasks = JobTasks.open(store, topology, new JobContext())) {
                for (int idle = 0; !tasks.isComplete(); idle++) {
                    assertThat(idle).as("rounds without work").isLessThan(MAX_IDLE_ROUNDS);
                    idle = tasks.doWork() > 0 ? 0 : idle;
                }
                return new Outcomes(read(store, "results"), read(store, "late"), tasks.counters());
            }
        }
    }

    private static List<String> read(final LogStore store, final String topic) {
        final List<String> values = new ArrayList<>();
        final boolean exists =
                store.topics().stream().anyMatch(each -> each.spec().name().equals(topic));
        for (int i = 0; exists && i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(
                                record -> {
                                    if (record.kind() == RecordKind.DATA) {
                                        values.add(record.buffer()
                                                .getStringWithoutLengthUtf8(
                                                        record.valueOffset(), record.valueLength()));
                                    }
                                },
                                1_000)
                        > 0) {
                    // Read on to the end.
                }
            }
        }
        values.sort(null);
        return values;
    }

    /** Appends events to partitions at will, whatever their keys. */
    private static final class Events implements AutoCloseable {
        private final List<ProducerAppender> partitions = new ArrayList<>();
        private final long[] sequences;

        Events(final LogStore store, final int partitionCount) {
            store.createTopic(TopicSpec.named("events").partitions(partitionCount));
            for (int i = 0; i < partitionCount; i++) {
                partitions.add(store.topic("events").partition(i).producer(store.producerId("events")));
            }
            sequences = new long[partitionCount];
        }

        void add(final int partition, final String value, final long eventTimeNs) {
            append(partition, RecordKind.DATA, eventTimeNs, value);
        }

        void end() {
            for (int i = 0; i < partitions.size(); i++) {
                append(i, RecordKind.WATERMARK, Long.MAX_VALUE, "");
            }
        }

        private void append(final int partition, final byte kind, final long timeNs, final String value) {
            final UnsafeBuffer bytes = new UnsafeBuffer(value.getBytes(StandardCharsets.UTF_8));
            long position;
            do {
                position = partitions
                        .get(partition)
                        .append(sequences[partition], kind, timeNs, bytes, 0, 0, bytes, 0, bytes.capacity());
            } while (position == Outcome.BACK_PRESSURED);
            assertThat(position).as("outcome of an append").isPositive();
            sequences[partition]++;
        }

        @Override
        public void close() {
            partitions.forEach(ProducerAppender::close);
        }
    }
}
