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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Windows of every kind over random input, by tasks with replicas that run at paces of their own and die in the middle of a
 * record, through restarts, beside {@link Reference}. A failure prints its seed; {@code -Dmillrace.seed=N} tries that one
 * alone.
 */
class ReplicaConformancePropertyTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 15);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_CHECKPOINT_BYTES = 2_000;

    @TempDir
    Path directory;

    private long deaths;
    private long restores;

    @ParameterizedTest
    @CsvSource({"1,2", "2,2", "7,2", "2,3"})
    void shouldGiveTheResultsOfTheDefinitionWhicheverReplicasDie(final int partitions, final int replicas)
            throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Script script = Script.inBound(new SplittableRandom(seed));
            final Reference reference = script.reference();
            script.events.forEach(reference::take);

            final List<String> lines = new ArrayList<>();
            final List<String> late = new ArrayList<>();
            run(script, partitions, replicas, seed, lines, late);

            final String what = "seed=" + seed + " partitions=" + partitions + " replicas=" + replicas + " " + script;
            assertThat(rows(lines)).as(what).isEqualTo(reference.rows());
            assertThat(late).as("late, " + what).isEmpty();
        }
        assertThat(restores).as("tasks that began from a checkpoint").isPositive();
        assertThat(deaths).as("replicas that died").isPositive();
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
            final int replicas,
            final long seed,
            final List<String> lines,
            final List<String> late)
            throws IOException {
        final SplittableRandom random = new SplittableRandom(~seed);
        try (Life life = new Life(script, partitions, replicas, seed)) {
            for (final Event event : script.events) {
                WindowConformancePropertyTest.append(
                        life.store, random.nextInt(partitions), RecordKind.DATA, event.timeNs(), event.format());
                life.clock.incrementAndGet();
                life.work(random);
                if (random.nextInt(40) == 0) {
                    life.restart(random.nextBoolean());
                }
            }
            for (int i = 0; i < partitions; i++) {
                WindowConformancePropertyTest.append(life.store, i, RecordKind.WATERMARK, Long.MAX_VALUE, "");
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                life.work(random);
            }
            life.restart(random.nextBoolean());
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

    /** A store and a job, which is stopped in order, or killed with the store. */
    private final class Life implements AutoCloseable {
        private final Script script;
        private final int replicas;
        private final AtomicLong clock = new AtomicLong(Script.CLOCK_NS);
        private final String name;
        private final SplittableRandom random;
        private MortalParts parts;
        private int lives;
        private Path home;
        private LogStore store;
        private JobTasks job;

        Life(final Script script, final int partitions, final int replicas, final long seed) {
            this.script = script;
            this.replicas = replicas;
            this.random = new SplittableRandom(seed + 1);
            this.name = "store-" + partitions + "-" + replicas + "-" + seed + "-";
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

        private JobTasks open() {
            parts = new MortalParts();
            return JobTasks.open(
                    store,
                    WindowConformancePropertyTest.topology(script, null),
                    new JobContext()
                            .replicas(replicas)
                            .parts(parts)
                            .checkpointInterval(Duration.ZERO)
                            .checkpointBytes(1 + random.nextInt(MAX_CHECKPOINT_BYTES)));
        }

        void work(final SplittableRandom dice) {
            final Task task = job.tasks().get(dice.nextInt(job.tasks().size()));
            switch (dice.nextInt(6)) {
                case 0, 1 -> {
                    // Those that have died are closed.
                    if (parts.deaths() == 0) {
                        task.doWork(1 + dice.nextInt(5));
                    }
                }
                case 2 -> job.doWork();
                case 3 -> {
                    // At most so many die that one of each task is left.
                    if (parts.deaths() < replicas - 1) {
                        parts.arm(1 + dice.nextInt(6), dice.nextBoolean());
                    }
                    final int before = parts.deaths();
                    job.doWork();
                    deaths += parts.deaths() - before;
                    parts.arm(Integer.MAX_VALUE, false);
                }
                default -> {
                    // Input piles up.
                }
            }
        }

        void restart(final boolean inOrder) throws IOException {
            lives++;
            final Path next = directory.resolve(name + lives);
            if (inOrder) {
                CloseHelper.closeAll(job, store);
                StoreImages.copy(home, next);
            } else {
                StoreImages.copy(home, next);
                // What the end of this life still writes is not in the copy.
                CloseHelper.closeAll(job, store);
            }
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
