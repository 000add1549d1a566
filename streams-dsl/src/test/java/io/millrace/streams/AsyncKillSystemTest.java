package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogAppender;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.effect.CallCodec;
import io.millrace.operators.effect.CallRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a real process that waits for answers of an outside, again and again while it has calls under way. Each input must have one
 * result, which the outside has given for it, and which stays what it is: in the log, and when the job is run over it once more.
 */
class AsyncKillSystemTest {
    private static final int PARTITIONS = 2;
    private static final int INPUTS = Integer.getInteger("millrace.kill.calls", 400);
    private static final int KILLS = Integer.getInteger("millrace.kill.times", 3);
    private static final int MAX_LIFE_MS = 300;
    private static final List<String> STEPS = List.of(AsyncKilledJob.ORDERED, AsyncKilledJob.UNORDERED);

    @TempDir
    Path directory;

    private final Set<String> given = new HashSet<>();
    private final Set<String> calledInSomeLife = new HashSet<>();
    private int calledAgain;
    private Process child;

    @AfterEach
    void stopChild() throws InterruptedException {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGiveEachInputOneReplyOfTheOutsideForEverHoweverOftenItIsKilled(final int replicas) throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        givenInput();
        Map<String, Calls> before = Map.of();
        int kills = 0;
        boolean isDone = false;
        for (int life = 1; !isDone; life++) {
            final String place = "seed " + seed + ", life " + life;
            child = start(replicas, life, random.nextLong());
            final BufferedReader out = child.inputReader();
            assertThat(out.readLine()).as("%s: %s", place, errors()).startsWith(AsyncKilledJob.STARTED);
            final int lifeMs = kills < KILLS ? 1 + random.nextInt(MAX_LIFE_MS) : 60_000;
            if (child.waitFor(lifeMs, TimeUnit.MILLISECONDS)) {
                assertThat(out.readLine()).as("%s: %s", place, errors()).isEqualTo(AsyncKilledJob.DONE);
                isDone = true;
            } else {
                assertThat(kills++).as("%s: it ends by itself", place).isLessThan(KILLS);
                child.destroyForcibly();
                assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
            before = checkLife(place, life, before);
        }

        assertThat(kills).as("seed %d: kills", seed).isPositive();
        assertThat(calledAgain).as("seed %d: calls that a kill has met", seed).isPositive();
        checkResults("seed " + seed, before);
        assertThat(replay())
                .as("seed %d: outputs of a replay that are new", seed)
                .isZero();
    }

    /** Nobody was called for what had its reply, and nothing that was there is another now. */
    private Map<String, Calls> checkLife(final String place, final int life, final Map<String, Calls> before)
            throws IOException {
        final Set<String> called = new HashSet<>();
        for (final String line : lines(notes(life))) {
            if (line.startsWith(AsyncKilledJob.CALLED)) {
                called.add(line.substring(AsyncKilledJob.CALLED.length()));
            } else {
                given.add(line.substring(AsyncKilledJob.GAVE.length()));
            }
        }
        for (final String each : called) {
            calledAgain += calledInSomeLife.add(each) ? 0 : 1;
        }
        final Map<String, Calls> now = read();
        before.forEach((partition, earlier) -> {
            final Calls later = now.get(partition);
            assertThat(later.requests).as("%s: inputs of %s", place, partition).containsAllEntriesOf(earlier.requests);
            assertThat(later.replies).as("%s: replies of %s", place, partition).containsAllEntriesOf(earlier.replies);
            assertThat(later.results.stream().limit(earlier.results.size()))
                    .as("%s: results of %s", place, partition)
                    .isEqualTo(earlier.results);
            assertThat(earlier.answered())
                    .as("%s: called although the reply was in the log", place)
                    .noneMatch(called::contains);
        });
        return now;
    }

    // A line that the process died in the middle of is none.
    private static List<String> lines(final Path file) throws IOException {
        final String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private void checkResults(final String seed, final Map<String, Calls> log) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (final String step : STEPS) {
                final Calls calls = log.get(step + " " + partition);
                final String place = seed + ", " + step + " " + partition;
                assertThat(calls.requests.values()).as(place).containsExactlyElementsOf(inputs(partition));
                assertThat(calls.doubled)
                        .as("%s: inputs with two replies", place)
                        .isZero();
                assertThat(calls.results).as(place).containsExactlyElementsOf(calls.expected());
                assertThat(given).as(place).containsAll(calls.ofOutside());
            }
        }
    }

    /** How many outputs a job makes that runs over the log once more and may call nobody. */
    private long replay() throws InterruptedException {
        final JobContext context = new JobContext().audit(true).threads(2).checkpointInterval(Duration.ZERO);
        final Topology topology = AsyncKilledJob.topology((step, value) -> {
            throw new AssertionError("called for " + step + " " + value);
        });
        try (LogStore store = LogStore.launch(KilledJob.context(home()));
                Job job = Job.start(store, topology, context)) {
            assertThat(job.awaitCompletion(Duration.ofSeconds(30))).isTrue();
            return job.counters().recordsOut();
        }
    }

    private Process start(final int replicas, final int life, final long seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        AsyncKilledJob.class.getName(),
                        home().toString(),
                        Integer.toString(replicas),
                        notes(life).toString(),
                        Integer.toString(life),
                        Long.toString(seed))
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    private Path home() {
        return directory.resolve("store");
    }

    private Path notes(final int life) {
        return directory.resolve("notes-" + life);
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    private void givenInput() {
        try (LogStore store = LogStore.launch(KilledJob.context(home()))) {
            store.createTopic(TopicSpec.named("in").partitions(PARTITIONS));
            for (int i = 0; i < PARTITIONS; i++) {
                final LogAppender appender = store.topic("in").partition(i).appender();
                inputs(i).forEach(input -> append(appender, RecordKind.DATA, 0, input));
                append(appender, RecordKind.WATERMARK, Long.MAX_VALUE, "");
            }
        }
    }

    private static List<String> inputs(final int partition) {
        final List<String> inputs = new ArrayList<>();
        for (int i = 0; i < INPUTS / PARTITIONS; i++) {
            inputs.add("v" + (i * PARTITIONS + partition));
        }
        return inputs;
    }

    private static void append(final LogAppender appender, final byte kind, final long timeNs, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        long outcome;
        do {
            outcome = appender.append(kind, timeNs, null, 0, 0, value, 0, value.capacity());
        } while (outcome == Outcome.BACK_PRESSURED);
        assertThat(outcome).as("outcome of an append").isPositive();
    }

    /** What lies in the log of each step and partition, as the process has left it. */
    private Map<String, Calls> read() {
        final Map<String, Calls> all = new LinkedHashMap<>();
        try (LogStore store = LogStore.openReadOnly(KilledJob.context(home()))) {
            for (final String step : STEPS) {
                for (int i = 0; i < PARTITIONS; i++) {
                    final Calls calls = new Calls(step);
                    read(store, "job." + step + "-calls", i, calls::add);
                    read(store, "out." + step, i, record -> calls.results.add(StoreFixture.value(record)));
                    all.put(step + " " + i, calls);
                }
            }
        }
        return all;
    }

    private static void read(
            final LogStore store, final String topic, final int partition, final Consumer<RecordFlyweight> take) {
        if (!store.hasTopic(topic)) {
            return;
        }
        assertThat(store.topic(topic).partition(partition).isTruncated()).isFalse();
        try (LogReader reader = store.topic(topic).partition(partition).reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() == RecordKind.DATA) {
                                    take.accept(record);
                                }
                            },
                            1_000)
                    > 0) {
                // Read on to the end.
            }
        }
    }

    /** Inputs, replies and results of a step in one partition. */
    private static final class Calls {
        private final CallCodec codec = new CallCodec(Codecs.string());
        private final String step;
        private final Map<Long, String> requests = new LinkedHashMap<>();
        private final Map<Long, String> replies = new LinkedHashMap<>();
        private final List<String> results = new ArrayList<>();
        private int doubled;

        Calls(final String step) {
            this.step = step;
        }

        void add(final RecordFlyweight record) {
            final CallRecord call = codec.decode(record.buffer(), record.valueOffset(), record.valueLength());
            final String text =
                    call.bytes().getStringWithoutLengthUtf8(0, call.bytes().capacity());
            if (call.kind() == CallRecord.REQUEST) {
                requests.put(record.position(), text);
            } else if (replies.putIfAbsent(call.inputPosition(), text) != null) {
                doubled++;
            }
        }

        /** Inputs with a reply, as the outside notes whom it is called for. */
        List<String> answered() {
            return replies.keySet().stream()
                    .map(position -> step + " " + requests.get(position))
                    .toList();
        }

        List<String> expected() {
            return step.equals(AsyncKilledJob.ORDERED)
                    ? requests.keySet().stream().map(replies::get).toList()
                    : List.copyOf(replies.values());
        }

        /** The replies, each with the input that it is for, as the outside notes them. */
        List<String> ofOutside() {
            replies.forEach((position, reply) -> assertThat(reply).startsWith(requests.get(position) + ":"));
            return replies.values().stream().map(reply -> step + " " + reply).toList();
        }
    }
}
