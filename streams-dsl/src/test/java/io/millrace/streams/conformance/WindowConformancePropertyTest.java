package io.millrace.streams.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.streams.Codecs;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import io.millrace.streams.SourceStream;
import io.millrace.streams.StoreImages;
import io.millrace.streams.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows of every kind over random input, through the whole engine and a real log, beside {@link Reference}. A failure
 * prints its seed; {@code -Dmillrace.seed=N} tries that one alone, {@code -Dmillrace.rounds=N} tries more.
 */
class WindowConformancePropertyTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int ROUNDS =
            Integer.getInteger("millrace.rounds", Integer.getInteger("millrace.conformance.rounds", 60));
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);

    // What an operator keeps for the next session when none is open: a page and an index.
    private static final long EMPTY_STATE = 1 << 18;
    private static final int QUIET_ROUNDS = 10;
    private static final long TWO_DAYS_NS = 172_800_000_000_000L;

    @TempDir
    Path directory;

    private final AtomicInteger stores = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldGiveEachKeyAndWindowItsOneResultOnAnyNumberOfPartitions(final int partitions) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Script script = Script.inBound(new SplittableRandom(seed));
            final Reference reference = script.reference();
            script.events.forEach(reference::take);

            final Outcome outcome = run(script, partitions, seed);

            final String what = "seed=" + seed + " partitions=" + partitions + " " + script;
            assertThat(sorted(outcome.rows)).as(what).isEqualTo(reference.rows());
            assertThat(outcome.late).as("late, " + what).isEmpty();
            assertThat(outcome.stateBytes)
                    .as("bytes of state, " + what)
                    .isLessThanOrEqualTo(script.spec instanceof WindowSpec.Aligned ? 0 : partitions * EMPTY_STATE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20})
    void shouldFindTheSameRecordsLateAsTheDefinition(final long graceNs) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Script script = Script.late(new SplittableRandom(seed), graceNs);
            final Reference reference = script.reference();
            script.events.forEach(reference::take);

            final Outcome outcome = run(script, 1, seed);

            final String what = "seed=" + seed + " " + script;
            assertThat(sorted(outcome.rows)).as(what).isEqualTo(reference.rows());
            assertThat(outcome.late)
                    .as("late, " + what)
                    .containsExactlyElementsOf(
                            reference.late().stream().map(Event::format).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCountEachRecordOnceWhateverIsLate(final int partitions) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Script script = Script.late(random, random.nextLong(30)).withSpec(new WindowSpec.Tumbling(40));

            final Outcome outcome = run(script, partitions, seed);

            assertThat(outcome.rows.stream().mapToLong(Row::count).sum() + outcome.late.size())
                    .as("seed=" + seed + " partitions=" + partitions + " " + script)
                    .isEqualTo(script.events.size());
            assertThat(outcome.rows.stream()
                            .map(row -> row.key() + " " + row.startNs())
                            .distinct()
                            .count())
                    .as("seed=" + seed + ": results for each key and window")
                    .isEqualTo(outcome.rows.size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCloseAllWindowsByTicksAloneAndCountEachRecordOnce(final int partitions) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final WindowSpec spec = random.nextBoolean()
                    ? new WindowSpec.Tumbling(40)
                    : new WindowSpec.Session(1 + random.nextLong(60));
            final Script script = Script.late(random, random.nextLong(30)).withSpec(spec);

            final Outcome outcome = run(script, partitions, seed, Duration.ofNanos(1 + random.nextLong(50)));

            assertThat(outcome.rows.stream().mapToLong(Row::count).sum() + outcome.late.size())
                    .as("seed=" + seed + " partitions=" + partitions + " " + script)
                    .isEqualTo(script.events.size());
        }
    }

    private static int rounds() {
        return System.getProperty("millrace.seed") == null || System.getProperty("millrace.rounds") != null
                ? ROUNDS
                : 1;
    }

    private Outcome run(final Script script, final int partitions, final long seed) throws IOException {
        return run(script, partitions, seed, null);
    }

    // With an idle time the input falls silent now and then, and never ends.
    private Outcome run(final Script script, final int partitions, final long seed, final Duration idleAfter)
            throws IOException {
        final SplittableRandom random = new SplittableRandom(~seed);
        final AtomicLong clock = new AtomicLong(Script.CLOCK_NS);
        final Path home = directory.resolve("store-" + stores.incrementAndGet());
        try (LogStore store = LogStore.launch(
                new LogContext().directory(home).segmentLength(SEGMENT_LENGTH).clock(clock::get))) {
            store.createTopic(TopicSpec.named("in").partitions(partitions));
            final Outcome outcome = new Outcome();
            try (JobTasks job = JobTasks.open(
                    store, topology(script, idleAfter), new JobContext().checkpointInterval(Duration.ZERO))) {
                for (final Event event : script.events) {
                    append(store, random.nextInt(partitions), RecordKind.DATA, event.timeNs(), event.format());
                    clock.incrementAndGet();
                    if (idleAfter != null && random.nextInt(5) == 0) {
                        clock.addAndGet(random.nextLong(100));
                    }
                    if (idleAfter != null && random.nextInt(3) == 0) {
                        job.doWork();
                    } else if (random.nextInt(4) == 0) {
                        job.tasks().get(random.nextInt(job.tasks().size())).doWork(1 + random.nextInt(5));
                    }
                }
                if (idleAfter == null) {
                    IntStream.range(0, partitions)
                            .forEach(i -> append(store, i, RecordKind.WATERMARK, Long.MAX_VALUE, ""));
                    while (!job.isComplete()) {
                        job.doWork();
                    }
                } else {
                    beSilent(job, clock);
                }
                outcome.stateBytes = job.stateBudget().usedBytes();
            }
            read(store, "out", outcome.lines);
            read(store, "late", outcome.late);
            outcome.lines.forEach(line -> outcome.rows.add(parse(line)));
            return outcome;
        } finally {
            StoreImages.delete(home);
        }
    }

    private static void beSilent(final JobTasks job, final AtomicLong clock) {
        for (int quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
            if (job.doWork() > 0) {
                quiet = 0;
            }
            clock.addAndGet(TWO_DAYS_NS);
        }
    }

    static Topology topology(final Script script, final Duration idleAfter) {
        final Topology topology = Topology.named("conformance");
        final SourceStream<String> in =
                topology.stream("in", Codecs.string()).outOfOrderness(Duration.ofNanos(script.boundNs));
        (idleAfter == null ? in.neverIdle() : in.idleAfter(idleAfter))
                .map(Event::parse, new EventCodec())
                .keyBy("by-key", Codecs.string(), Event::key)
                .window("windows", script.spec.written().grace(Duration.ofNanos(script.graceNs)))
                .late(late -> late.map(Event::format, Codecs.string()).to("late"))
                .aggregate(Aggregation.<Event, Stats>flyweight(Stats::new, Stats::add)
                        .combine(Stats::combine))
                .map(
                        window -> window.key() + " " + window.startNs() + " " + window.endNs() + " "
                                + window.value().count() + " " + window.value().sum() + " "
                                + window.value().min() + " " + window.value().max(),
                        Codecs.string())
                .to("out");
        return topology;
    }

    static Row parse(final String line) {
        final String[] parts = line.split(" ");
        final long[] numbers = IntStream.range(1, parts.length)
                .mapToLong(i -> Long.parseLong(parts[i]))
                .toArray();
        return new Row(parts[0], numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    static List<Row> sorted(final List<Row> rows) {
        final List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.naturalOrder());
        return sorted;
    }

    static void append(
            final LogStore store, final int partition, final byte kind, final long timeNs, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        long outcome;
        do {
            outcome = store.topic("in")
                    .partition(partition)
                    .appender()
                    .append(kind, timeNs, null, 0, 0, value, 0, value.capacity());
        } while (outcome == io.millrace.log.record.Outcome.BACK_PRESSURED);
        assertThat(outcome).isPositive();
    }

    static void read(final LogStore store, final String topic, final List<String> lines) {
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(
                                record -> lines.add(Codecs.string()
                                        .decode(record.buffer(), record.valueOffset(), record.valueLength())),
                                100)
                        > 0) {
                    // Read on to the end.
                }
            }
        }
    }

    private static final class Outcome {
        private final List<String> lines = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();
        private final List<String> late = new ArrayList<>();
        private long stateBytes;
    }
}
