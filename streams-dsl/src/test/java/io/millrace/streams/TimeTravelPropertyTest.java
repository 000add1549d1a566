package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs over a part of a log, beside jobs over a log that holds that part and ends there. A failure prints its seed;
 * {@code -Dmillrace.seed=N} tries that one alone.
 */
class TimeTravelPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 15);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_EVENTS = 200;

    @TempDir
    Path directory;

    private int lives;
    private int outputs;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldMakeOfAPartWhatAJobMakesOfALogThatHoldsNothingElse(final int partitions) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Part part = new Part(seed, partitions);
            try (TravelLog whole = new TravelLog(directory.resolve("whole-" + partitions + "-" + seed), partitions)) {
                part.fill(whole);
                whole.run(part.topology(), part.context());

                assertThat(whole.records("out")).as(part.toString()).isEqualTo(expected(part));
            }
        }
        assertThat(outputs).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldMakeTheSameOfAPartHoweverOftenItIsKilled(final int partitions) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Part part = new Part(seed, partitions);
            try (TravelLog whole = new TravelLog(directory.resolve("killed-" + partitions + "-" + seed), partitions)) {
                part.fill(whole);
                final List<String> expected = expected(part);
                runKilled(whole, part, new SplittableRandom(~seed));

                final List<String> records = whole.records("out");
                if (partitions > 1) {
                    // Which of two tasks is the first to append to an exchange is for the log to say.
                    Collections.sort(records);
                    Collections.sort(expected);
                }
                assertThat(records).as(part.toString()).isEqualTo(expected);
            }
        }
        assertThat(outputs).isPositive();
        assertThat(lives).as("lives of %d jobs", rounds()).isGreaterThan(2 * rounds());
    }

    private static int rounds() {
        return System.getProperty("millrace.seed") == null ? ROUNDS : 1;
    }

    private void runKilled(final TravelLog log, final Part part, final SplittableRandom random) throws IOException {
        JobTasks tasks = log.open(part.topology(), part.context());
        for (int steps = random.nextInt(60); steps > 0; steps--) {
            final int task = random.nextInt(tasks.tasks().size());
            switch (random.nextInt(8)) {
                case 0 -> tasks.tasks().get(task).beginCheckpoint();
                case 1 -> tasks.tasks().get(task).checkpointWork(1);
                case 2 -> {
                    log.kill(tasks);
                    lives++;
                    // What was set for the first start is written down; what is set now does not count any more.
                    tasks = log.open(part.topology(), random.nextBoolean() ? TravelLog.context() : part.context());
                }
                default -> tasks.tasks().get(task).doWork(1 + random.nextInt(20));
            }
        }
        TravelLog.finish(tasks);
        tasks.close();
    }

    private List<String> expected(final Part part) throws IOException {
        try (TravelLog copy =
                new TravelLog(directory.resolve("copy-" + part.partitions + "-" + part.seed), part.partitions)) {
            part.copyTo(copy);
            copy.run(part.topology(), TravelLog.context());
            final List<String> expected = copy.records("out");
            outputs += expected.size();
            return new ArrayList<>(expected);
        }
    }

    /** Random input, and a random part of each partition of it. */
    private static final class Part {
        private final long seed;
        private final int partitions;
        private final int kind;
        private final SplittableRandom random;
        private final List<TravelLog.Event> events;
        private final long[] from;
        private final long[] to;
        private final List<long[]> placed = new ArrayList<>();

        Part(final long seed, final int partitions) {
            this.seed = seed;
            this.partitions = partitions;
            this.kind = (int) (seed % TravelLog.TOPOLOGIES);
            this.random = new SplittableRandom(seed);
            this.events = TravelLog.events(random, 1 + random.nextInt(MAX_EVENTS), partitions);
            this.from = new long[partitions];
            this.to = new long[partitions];
        }

        Topology topology() {
            return TravelLog.topology(kind, "job");
        }

        JobContext context() {
            return TravelLog.context().from(SourcePositions.of("in", from)).to(SourcePositions.of("in", to));
        }

        void fill(final TravelLog log) {
            final List<List<Long>> positions = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                positions.add(new ArrayList<>());
            }
            for (final TravelLog.Event event : events) {
                final long position = log.append(event);
                placed.add(new long[] {position, log.clock.get()});
                positions.get(event.partition()).add(position);
            }
            final long[] tails = log.tails();
            for (int i = 0; i < partitions; i++) {
                final List<Long> ofPartition = positions.get(i);
                ofPartition.add(tails[i]);
                final int first = random.nextInt(ofPartition.size());
                from[i] = ofPartition.get(first);
                to[i] = ofPartition.get(first + random.nextInt(ofPartition.size() - first));
            }
        }

        void copyTo(final TravelLog copy) {
            for (int i = 0; i < events.size(); i++) {
                final TravelLog.Event event = events.get(i);
                final long position = placed.get(i)[0];
                if (position >= from[event.partition()] && position < to[event.partition()]) {
                    copy.append(event, placed.get(i)[1]);
                }
            }
            copy.end();
        }

        @Override
        public String toString() {
            return "seed=" + seed + " partitions=" + partitions + " topology=" + kind + " from=" + Arrays.toString(from)
                    + " to=" + Arrays.toString(to);
        }
    }
}
