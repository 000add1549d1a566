package io.millrace.streams.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.task.Task;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import io.millrace.streams.StoreImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows of every kind over random input, killed at random instants in the middle of checkpoints that begin at random
 * instants, beside {@link Reference}. A failure prints its seed; {@code -Dmillrace.seed=N} tries that one alone.
 */
class CheckpointConformancePropertyTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int ROUNDS =
            Integer.getInteger("millrace.rounds", Integer.getInteger("millrace.conformance.rounds", 40));
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);

    @TempDir
    Path directory;

    private long restores;
    private long halfTaken;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldGiveTheResultsOfTheDefinitionHoweverOftenItIsKilled(final int partitions) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Script script = Script.inBound(new SplittableRandom(seed));
            final Reference reference = script.reference();
            script.events.forEach(reference::take);

            final List<String> lines = new ArrayList<>();
            final List<String> late = new ArrayList<>();
            run(script, partitions, seed, lines, late);

            final String what = "seed=" + seed + " partitions=" + partitions + " " + script;
            assertThat(rows(lines)).as(what).isEqualTo(reference.rows());
            assertThat(late).as("late, " + what).isEmpty();
        }
        assertThat(restores).as("tasks that began from a checkpoint").isPositive();
        assertThat(halfTaken)
                .as("checkpoints in the middle of which it was killed")
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20})
    void shouldFindTheSameRecordsLateHoweverOftenItIsKilled(final long graceNs) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Script script = Script.late(new SplittableRandom(seed), graceNs);
            final Reference reference = script.reference();
            script.events.forEach(reference::take);

            final List<String> lines = new ArrayList<>();
            final List<String> late = new ArrayList<>();
            run(script, 1, seed, lines, late);

            final String what = "seed=" + seed + " " + script;
            assertThat(rows(lines)).as(what).isEqualTo(reference.rows());
            assertThat(late)
                    .as("late, " + what)
                    .containsExactlyElementsOf(
                            reference.late().stream().map(Event::format).toList());
        }
    }

    private static int rounds() {
        return System.getProperty("millrace.seed") == null ? ROUNDS : 1;
    }

    private static List<Row> rows(final List<String> lines) {
        final List<Row> rows = new ArrayList<>();
        lines.forEach(line -> rows.add(WindowConformancePropertyTest.parse(line)));
        return WindowConformancePropertyTest.sorted(rows);
    }

    private void run(
            final Script script,
            final int partitions,
            final long seed,
            final List<String> lines,
            final List<String> late)
            throws IOException {
        final SplittableRandom random = new SplittableRandom(~seed);
        try (Life life = new Life(script, partitions, seed)) {
            for (final Event event : script.events) {
                WindowConformancePropertyTest.append(
                        life.store, random.nextInt(partitions), RecordKind.DATA, event.timeNs(), event.format());
                life.clock.incrementAndGet();
                life.work(random);
                if (random.nextInt(25) == 0) {
                    life.kill();
                }
            }
            for (int i = 0; i < partitions; i++) {
                WindowConformancePropertyTest.append(life.store, i, RecordKind.WATERMARK, Long.MAX_VALUE, "");
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                life.work(random);
            }
            life.kill();
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!life.job.isComplete()) {
                life.job.doWork();
                assertThat(System.nanoTime())
                        .as("job ends in time, seed=%d", seed)
                        .isLessThan(deadline);
            }
            WindowConformancePropertyTest.read(life.store, "out", lines);
            WindowConformancePropertyTest.read(life.store, "late", late);
        }
    }

    /** A store and a job, that are killed together and go on in a copy of what they left. */
    private final class Life implements AutoCloseable {
        private final Script script;
        private final AtomicLong clock = new AtomicLong(Script.CLOCK_NS);
        private final String name;
        private int lives;
        private Path home;
        private LogStore store;
        private JobTasks job;

        Life(final Script script, final int partitions, final long seed) {
            this.script = script;
            this.name = "store-" + partitions + "-" + script.graceNs + "-" + seed + "-";
            home = directory.resolve(name + lives);
            store = launch();
            store.createTopic(TopicSpec.named("in").partitions(partitions));
            job = open();
        }

        private LogStore launch() {
            return LogStore.launch(new LogContext()
                    .directory(home)
                    .segmentLength(SEGMENT_LENGTH)
                    .clock(clock::get));
        }

        // Checkpoints are taken where the test says so, and not by time.
        private JobTasks open() {
            return JobTasks.open(
                    store,
                    WindowConformancePropertyTest.topology(script, null),
                    new JobContext().checkpointInterval(Duration.ofDays(10_000)));
        }

        void work(final SplittableRandom random) {
            final Task task = job.tasks().get(random.nextInt(job.tasks().size()));
            switch (random.nextInt(6)) {
                case 0 -> task.doWork(1 + random.nextInt(5));
                case 1 -> task.beginCheckpoint();
                case 2 -> job.doWork();
                case 3 -> job.tasks().forEach(each -> each.checkpointWork(1));
                default -> {
                    // Input piles up.
                }
            }
        }

        void kill() throws IOException {
            for (final Task task : job.tasks()) {
                halfTaken += task.isTakingCheckpoint() ? 1 : 0;
            }
            lives++;
            final Path next = directory.resolve(name + lives);
            StoreImages.copy(home, next);
            // What the end of this life still writes is not in the copy.
            CloseHelper.closeAll(job, store);
            StoreImages.delete(home);
            home = next;
            store = launch();
            job = open();
            for (final Task task : job.tasks()) {
                restores += task.restored().checkpoint() > 0 ? 1 : 0;
                assertThat(task.restored().fallBack()).isEmpty();
            }
        }

        @Override
        public void close() throws IOException {
            CloseHelper.closeAll(job, store);
            StoreImages.delete(home);
        }
    }
}
