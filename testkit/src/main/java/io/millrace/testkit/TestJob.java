package io.millrace.testkit;

import io.millrace.operators.task.SkippedRecord;
import io.millrace.operators.task.Task;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import io.millrace.streams.Topology;
import io.millrace.streams.plan.TaskParts;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.CloseHelper;
import org.agrona.concurrent.YieldingIdleStrategy;

/** The tasks of a job, run by the test's thread until they have nothing left to do. */
final class TestJob implements AutoCloseable {
    // So many ticks at one moment mean that an operator asks for a time that is over, again and again.
    private static final int MAX_ROUNDS_OF_TICKS = 100_000;

    private static final int CHECKPOINT_EVERY = 3;

    private final JobTasks tasks;
    private final VirtualClock clock;
    private final TaskParts parts;
    private final SplittableRandom instants;
    private final List<SkippedRecord> skipped = new ArrayList<>();

    /** With a seed, the tasks take checkpoints at instants that depend on it; with null they take none. */
    TestJob(
            final TestStore store,
            final Topology topology,
            final long stateBudget,
            final TaskParts parts,
            final Long checkpointSeed) {
        this.instants = checkpointSeed == null ? null : new SplittableRandom(checkpointSeed);
        this.clock = store.clock();
        this.parts = parts;
        this.tasks = JobTasks.open(
                store.log(),
                topology,
                new JobContext()
                        .testMode(true)
                        .stateBudget(stateBudget)
                        .parts(parts)
                        // Never by time.
                        .checkpointInterval(checkpointSeed == null ? Duration.ZERO : ChronoUnit.FOREVER.getDuration())
                        .idleStrategy(() -> YieldingIdleStrategy.INSTANCE)
                        .onSkipped(skipped::add));
    }

    JobTasks tasks() {
        return tasks;
    }

    List<SkippedRecord> skipped() {
        return Collections.unmodifiableList(skipped);
    }

    /** Runs until nothing is left to do at this moment. */
    void run() {
        int rounds = 0;
        while (workOnce() > 0 || isTickDue()) {
            rounds = checkEnds(rounds);
        }
    }

    /** One duty cycle of all tasks. */
    int workOnce() {
        final int work = tasks.doWork();
        tasks.tasks().forEach(this::checkpointSometimes);
        return work;
    }

    /** Some records of one task. */
    void work(final Task task, final int records) {
        task.doWork(records);
        checkpointSometimes(task);
    }

    // One block at a time, so that records come in between.
    private void checkpointSometimes(final Task task) {
        if (instants != null && !task.checkpointWork(1) && instants.nextInt(CHECKPOINT_EVERY) == 0) {
            task.beginCheckpoint();
        }
    }

    int restoredTasks() {
        return (int) tasks.tasks().stream()
                .filter(task -> task.restored().checkpoint() > 0)
                .count();
    }

    /**
     * Runs record by record.
     *
     * @param recordsIn number of input records after which it stops where it stands.
     * @return true if it has read that many; false if nothing is left to do before.
     */
    boolean runUntil(final long recordsIn) {
        int rounds = 0;
        while (true) {
            int work = 0;
            for (final Task task : tasks.tasks()) {
                final int records = task.doWork(1);
                work += records;
                if (records > 0) {
                    checkpointSometimes(task);
                }
                if (tasks.counters().recordsIn() >= recordsIn) {
                    return true;
                }
            }
            // Only ticks are left for this: no task has a record.
            if (work == 0 && tasks.doWork() == 0 && !isTickDue()) {
                return false;
            }
            rounds = work == 0 ? checkEnds(rounds) : 0;
        }
    }

    /**
     * Runs record by record, as long as kills are left.
     *
     * @param kills that may come.
     * @return true if it was killed; false if nothing is left to do before.
     */
    boolean runUntilKilled(final Kills kills) {
        int rounds = 0;
        kills.run(true);
        try {
            while (true) {
                int work = 0;
                for (final Task task : tasks.tasks()) {
                    final int records = task.doWork(1);
                    work += records;
                    if (records > 0) {
                        kills.moment();
                        checkpointSometimes(task);
                        kills.moment();
                    }
                }
                if (work == 0 && tasks.doWork() == 0 && !isTickDue()) {
                    return false;
                }
                rounds = work == 0 ? checkEnds(rounds) : 0;
            }
        } catch (final Kills.Killed e) {
            return true;
        } finally {
            kills.run(false);
        }
    }

    // A tick may have found no space, which is ready a moment later.
    private boolean isTickDue() {
        return tasks.nextTickNs() <= clock.nanoTime();
    }

    private int checkEnds(final int rounds) {
        if (rounds == MAX_ROUNDS_OF_TICKS) {
            throw new IllegalStateException("the job does not come to rest at " + clock.now()
                    + ": a step asks again and again to be called at a time that is over; ask for later times only");
        }
        return rounds + 1;
    }

    long nextTickNs() {
        return tasks.nextTickNs();
    }

    /** Ends the tasks where they stand. What state they leave behind is a leak. */
    @Override
    public void close() {
        tasks.close();
        if (parts instanceof AutoCloseable closeable) {
            CloseHelper.close(closeable);
        }
        final long left = tasks.stateBudget().usedBytes();
        if (left != 0) {
            throw new AssertionError("state of job " + tasks.plan().graph().name() + " leaks: " + left
                    + " bytes are still reserved after its tasks have been closed");
        }
    }
}
