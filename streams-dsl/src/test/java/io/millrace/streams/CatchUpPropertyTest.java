package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.task.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job runs while records come, with pauses that ticks tell of. A later one finds all that as history, reads it in pieces of any
 * size, and lets any side run ahead of the others. What was in time for the first is in time for it.
 */
class CatchUpPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 6);
    private static final long SEED = Long.getLong("millrace.seed", 1);
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final long START = 1_000_000 * SECOND;
    private static final int STEPS = 40;

    @TempDir
    Path directory;

    @Test
    void shouldFindNothingLateInWindowsThatWasInTimeWhenItCame() {
        long heldUp = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final long seed = SEED + round;
            final int partitions = 2 + round % 2;
            try (Round one = new Round(seed, List.of(new Source("words", partitions)))) {
                heldUp += one.run(this::windows);
            }
        }
        assertThat(heldUp).as("rounds in which something was silent").isPositive();
    }

    @Test
    void shouldFindNothingLateInJoinsThatWasInTimeWhenItCame() {
        long heldUp = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final long seed = SEED + round;
            final int left = 1 + round % 2;
            try (Round one = new Round(seed, List.of(new Source("left", left), new Source("right", 1)))) {
                heldUp += one.run(this::joins);
            }
        }
        assertThat(heldUp).as("rounds in which something was silent").isPositive();
    }

    private Topology windows(final String name, final Duration disorder) {
        final Topology topology = Topology.named(name);
        source(topology, "words", disorder)
                .window("each-second", Windows.tumbling(Duration.ofSeconds(1)))
                .late(late -> late.to("late-" + name))
                .count()
                .map(w -> w.key() + " " + w.startNs() + " " + w.value(), Codecs.string())
                .to("results-" + name);
        return topology;
    }

    private Topology joins(final String name, final Duration disorder) {
        final Topology topology = Topology.named(name);
        final JoinedStream<String, String, String> joined = source(topology, "left", disorder)
                .outerJoin("pairs", source(topology, "right", disorder), Within.of(Duration.ofSeconds(1)));
        joined.lateLeft().to("late-" + name);
        joined.lateRight().to("late-right-" + name);
        joined.mapValues(pair -> pair.left() + "|" + pair.right(), Codecs.string())
                .to("results-" + name);
        return topology;
    }

    private static KeyedStream<String, String> source(
            final Topology topology, final String topic, final Duration disorder) {
        return topology.stream(topic, Codecs.string())
                .outOfOrderness(disorder)
                .keyBy("by-" + topic, Codecs.string(), value -> value.split(" ")[0]);
    }

    private record Source(String topic, int partitions) {}

    private interface Shape {
        Topology of(String name, Duration disorder);
    }

    /** One store, with what was appended to it and by which clock. */
    private final class Round implements AutoCloseable {
        private final String as;
        private final SplittableRandom random;
        private final AtomicLong clock = new AtomicLong(START);
        private final List<Source> inputs;
        private final LogStore store;
        private final long disorderNs;
        private final long pace;
        private int appended;

        Round(final long seed, final List<Source> inputs) {
            this.as = "-Dmillrace.rounds=1 -Dmillrace.seed=" + seed;
            this.random = new SplittableRandom(seed);
            this.inputs = inputs;
            this.store = LogStore.launch(new LogContext()
                    .directory(directory.resolve(inputs.size() + "-" + seed))
                    .segmentLength(1 << 16)
                    .clock(clock::get));
            this.disorderNs = random.nextInt(3) * SECOND;
            // Live data, and recorded data that is played faster.
            this.pace = random.nextInt(3) == 0 ? 10 : 1;
            inputs.forEach(
                    input -> store.createTopic(TopicSpec.named(input.topic()).partitions(input.partitions())));
        }

        /** 1 if something was silent in between. */
        int run(final Shape shape) {
            try (JobTasks live = open(shape, "live")) {
                for (int step = 0; step < STEPS; step++) {
                    step(live);
                }
                settle(live);
            }
            clock.addAndGet(random.nextInt(3) * SECOND);
            final TreeSet<String> lateThen = late("live");
            for (int later = 0; later < 2; later++) {
                final String name = "later-" + later;
                try (JobTasks job = open(shape, name)) {
                    readInAnyOrder(job);
                }
                final TreeSet<String> late = late(name);
                late.removeAll(lateThen);
                assertThat(late).as(as).isEmpty();
            }
            return ticks() > 0 ? 1 : 0;
        }

        // A record, or a pause, in which only one of the partitions may go on.
        private void step(final JobTasks live) {
            final int kind = random.nextInt(4);
            if (kind == 0) {
                final int speaking = random.nextInt(partitions() + 1);
                for (int i = random.nextInt(8); i >= 0; i--) {
                    advance(3 * SECOND);
                    settle(live);
                    if (speaking < partitions()) {
                        append(speaking);
                        settle(live);
                    }
                }
            } else {
                advance(SECOND);
                append(random.nextInt(partitions()));
                settle(live);
            }
        }

        private void readInAnyOrder(final JobTasks job) {
            final List<Task> tasks = job.tasks();
            for (int i = 0; i < 60; i++) {
                final Task task = tasks.get(random.nextInt(tasks.size()));
                final int limit = 1 + random.nextInt(random.nextBoolean() ? 2 : 20);
                if (task.doWork(limit) > 0 && random.nextInt(4) == 0) {
                    clock.addAndGet(random.nextInt(1_000) * MS);
                }
                if (random.nextInt(40) == 0) {
                    job.doWork();
                }
            }
            settle(job);
        }

        private int partitions() {
            return inputs.stream().mapToInt(Source::partitions).sum();
        }

        // Whole seconds as often as not, so that times are equal as often.
        private void advance(final long upToNs) {
            clock.addAndGet(
                    random.nextBoolean() ? random.nextLong(upToNs / SECOND + 1) * SECOND : random.nextLong(upToNs));
        }

        private void append(final int number) {
            int partition = number;
            int input = 0;
            while (partition >= inputs.get(input).partitions()) {
                partition -= inputs.get(input++).partitions();
            }
            final long lagNs = random.nextLong(disorderNs + 1);
            final long eventTimeNs = START + (clock.get() - START) * pace - lagNs;
            final byte[] value =
                    ((random.nextBoolean() ? "a" : "b") + " " + appended++).getBytes(StandardCharsets.UTF_8);
            assertThat(store.topic(inputs.get(input).topic())
                            .partition(partition)
                            .appender()
                            .append(RecordKind.DATA, eventTimeNs, null, 0, 0, new UnsafeBuffer(value), 0, value.length))
                    .isPositive();
        }

        private JobTasks open(final Shape shape, final String name) {
            return JobTasks.open(
                    store,
                    shape.of(name, Duration.ofNanos(disorderNs)),
                    new JobContext().checkpointInterval(Duration.ZERO));
        }

        private TreeSet<String> late(final String job) {
            final TreeSet<String> late = values("late-" + job);
            if (inputs.size() > 1) {
                late.addAll(values("late-right-" + job));
            }
            return late;
        }

        private TreeSet<String> values(final String topic) {
            final List<String> values = new ArrayList<>();
            for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
                try (LogReader reader = store.topic(topic).partition(i).reader()) {
                    while (reader.poll(
                                    record -> {
                                        if (record.kind() == RecordKind.DATA) {
                                            values.add(StoreFixture.value(record));
                                        }
                                    },
                                    100)
                            > 0) {
                        // Read on to the end.
                    }
                }
            }
            return new TreeSet<>(values);
        }

        private int ticks() {
            final AtomicLong ticks = new AtomicLong();
            for (final Source input : inputs) {
                for (int i = 0; i < input.partitions(); i++) {
                    try (LogReader reader =
                            store.topic(input.topic()).partition(i).reader()) {
                        while (reader.poll(record -> ticks.addAndGet(record.kind() == RecordKind.TICK ? 1 : 0), 100)
                                > 0) {
                            // Read on to the end.
                        }
                    }
                }
            }
            return ticks.intValue();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    // Three rounds without work: what one stage did has reached the last one.
    private static void settle(final JobTasks job) {
        for (int quiet = 0; quiet < 3; quiet++) {
            while (job.doWork() > 0) {
                quiet = 0;
            }
        }
    }
}
