package io.millrace.perf.streams;

import io.millrace.operators.task.Task;
import io.millrace.streams.JobTasks;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A job of one task that takes checkpoints in some shots and none in others. They begin after so much time that it has worked in
 * such shots, whatever time passes between; in all else they are taken as a {@link io.millrace.streams.Job} takes them: eight
 * blocks between two polls.
 */
final class CheckpointedRun implements AutoCloseable {
    // Those of a busy job.
    private static final int BLOCKS = 8;

    // The schedule of the job never begins one by itself.
    private static final Duration NEVER = Duration.ofDays(1);

    private final JobTasks tasks;
    private final Task task;
    private final long intervalNs;
    private long workedNs;
    private long dueNs;
    private long begun;

    private CheckpointedRun(final JobTasks tasks, final long intervalNs) {
        this.tasks = tasks;
        this.task = tasks.tasks().get(0);
        this.intervalNs = intervalNs;
        this.dueNs = intervalNs;
    }

    static CheckpointedRun open(final TradeFeed feed, final Topology topology, final Duration interval) {
        return open(feed, topology, interval, Runnable::run);
    }

    /** With somebody who removes what is old, as a {@link io.millrace.streams.Job} has. */
    static CheckpointedRun open(
            final TradeFeed feed, final Topology topology, final Duration interval, final Executor housekeeping) {
        return new CheckpointedRun(TradeJob.tasks(feed, topology, NEVER, housekeeping), interval.toNanos());
    }

    /** Works until there is nothing more to read, without checkpoints. */
    void runWithout() {
        while (tasks.doWork() > 0) {
            // On to the end.
        }
    }

    /** Works until there is nothing more to read and the checkpoint that has begun is complete. */
    void runWith() {
        final long startNs = System.nanoTime() - workedNs;
        while (tasks.doWork() > 0 || task.isTakingCheckpoint()) {
            if (task.isTakingCheckpoint()) {
                task.checkpointWork(BLOCKS);
            } else {
                beginIfDue(System.nanoTime() - startNs);
            }
        }
        workedNs = System.nanoTime() - startNs;
    }

    private void beginIfDue(final long nowNs) {
        if (nowNs >= dueNs) {
            dueNs = nowNs + intervalNs;
            // What the one before has left to do comes first.
            task.checkpointWork(BLOCKS);
            begun += task.beginCheckpoint() ? 1 : 0;
        }
    }

    /** Number of checkpoints that have begun. */
    long begun() {
        return begun;
    }

    @Override
    public void close() {
        tasks.close();
    }
}
