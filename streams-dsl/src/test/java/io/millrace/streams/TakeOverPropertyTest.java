package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A version takes over from another, and whatever runs is killed at random instants of each phase. The output has to be
 * what the one makes up to the position, and then what the other makes from there on that has seen all. A failure prints its
 * seed; {@code -Dmillrace.seed=N} tries that one alone.
 */
class TakeOverPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 15);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_EVENTS = 150;

    @TempDir
    Path directory;

    private final int[] lives = new int[5];
    private int before;
    private int behind;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGoOnInTheSameTopicAsIfTheNextVersionHadAlwaysRun(final int partitions) throws IOException {
        final int rounds = System.getProperty("millrace.seed") == null ? ROUNDS : 1;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final List<TravelLog.Event> events = TravelLog.events(random, random.nextInt(MAX_EVENTS), partitions);
            final int at = random.nextInt(events.size() + 1);
            final Topology old = TravelLog.topology(random.nextInt(TravelLog.TOPOLOGIES), "v1");
            final Topology next = TravelLog.topology(random.nextInt(TravelLog.TOPOLOGIES), "v2");

            final List<String> expected = expected(seed, partitions, events, at, old, next);
            final List<String> records;
            try (TravelLog log = new TravelLog(directory.resolve("live-" + partitions + "-" + seed), partitions)) {
                takeOver(log, random, events, at, old, next);
                records = log.records("out");
            }

            if (partitions > 1) {
                // Which of two tasks is the first to append to an exchange is for the log to say.
                Collections.sort(records);
                Collections.sort(expected);
            }
            assertThat(records)
                    .as("seed=%d partitions=%d at=%d of %d", seed, partitions, at, events.size())
                    .isEqualTo(expected);
        }
        assertThat(before).as("outputs of the version before").isPositive();
        assertThat(behind).as("outputs of the next version").isPositive();
        assertThat(lives).as("kills in each phase").doesNotContain(0);
    }

    // What is appended in one go by a version that is never killed: the one up to the position, the other behind it.
    private List<String> expected(
            final long seed,
            final int partitions,
            final List<TravelLog.Event> events,
            final int at,
            final Topology old,
            final Topology next)
            throws IOException {
        try (TravelLog log = new TravelLog(directory.resolve("whole-" + partitions + "-" + seed), partitions)) {
            events.subList(0, at).forEach(log::append);
            final SourcePositions end = SourcePositions.of("in", log.tails());
            log.run(old, TravelLog.context().stopAt(end).output("out", "before"));
            final List<String> expected = new ArrayList<>(log.records("before"));
            before += expected.size();
            log.run(next, TravelLog.context().stopAt(end).output("out", "all"));
            final List<String> common = log.records("all");
            events.subList(at, events.size()).forEach(log::append);
            log.end();
            log.run(next, TravelLog.context().output("out", "all"));
            final List<String> rest = new ArrayList<>(log.records("all"));
            common.forEach(rest::remove);
            behind += rest.size();
            expected.addAll(rest);
            Collections.sort(expected, (a, b) -> Character.compare(a.charAt(0), b.charAt(0)));
            return expected;
        }
    }

    private void takeOver(
            final TravelLog log,
            final SplittableRandom random,
            final List<TravelLog.Event> events,
            final int at,
            final Topology old,
            final Topology next)
            throws IOException {
        final int early = random.nextInt(at + 1);
        events.subList(0, early).forEach(log::append);
        run(log, random, 0, old, TravelLog::context, false);
        run(log, random, 1, next, () -> TravelLog.context().muted(true), false);
        events.subList(early, at).forEach(log::append);
        final SourcePositions end = SourcePositions.of("in", log.tails());
        final int appended = at + random.nextInt(events.size() - at + 1);
        events.subList(at, appended).forEach(log::append);
        run(log, random, 2, old, () -> TravelLog.context().stopAt(end), true);
        run(log, random, 3, next, () -> TravelLog.context().muted(true).stopAt(end), true);
        events.subList(appended, events.size()).forEach(log::append);
        log.end();
        run(log, random, 4, next, TravelLog::context, true);
    }

    private void run(
            final TravelLog log,
            final SplittableRandom random,
            final int phase,
            final Topology topology,
            final Supplier<JobContext> context,
            final boolean isFinished)
            throws IOException {
        JobTasks tasks = log.open(topology, context.get());
        for (int steps = random.nextInt(40); steps > 0; steps--) {
            final int task = random.nextInt(tasks.tasks().size());
            switch (random.nextInt(9)) {
                case 0 -> tasks.tasks().get(task).beginCheckpoint();
                case 1 -> tasks.tasks().get(task).checkpointWork(1);
                case 2 -> {
                    log.kill(tasks);
                    lives[phase]++;
                    tasks = log.open(topology, context.get());
                }
                case 3 -> tasks.doWork();
                default -> tasks.tasks().get(task).doWork(1 + random.nextInt(20));
            }
        }
        if (isFinished) {
            TravelLog.finish(tasks);
        }
        if (random.nextBoolean()) {
            log.kill(tasks);
        } else {
            tasks.close();
        }
    }
}
