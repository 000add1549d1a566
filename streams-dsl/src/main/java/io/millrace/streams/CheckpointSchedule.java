package io.millrace.streams;

import io.millrace.operators.task.Task;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Decides when the tasks of one thread take their checkpoints, one task after the other. What a task computes does not
 * depend on it, so it may look at the clock. Of the replicas of a task only one takes them. Used by the thread that runs the tasks, but for {@link #request}.
 */
final class CheckpointSchedule {
    // A block is copied in about a microsecond; records wait for so many in a round.
    private static final int BLOCKS_WHEN_BUSY = 8;
    private static final int BLOCKS_WHEN_IDLE = 64;
    private static final int NONE = -1;

    private final Replica[] tasks;
    private final long intervalNs;
    private final long bytes;
    private final long[] lastNs;
    private final Queue<CheckpointRequest> inbox = new ConcurrentLinkedQueue<>();

    private Task running;
    private CheckpointRequest accepted;
    private int nextRequested = NONE;
    private volatile String refusal;

    CheckpointSchedule(final Replica[] tasks, final JobContext context) {
        this.tasks = tasks;
        this.intervalNs = context.checkpointIntervalNs();
        this.bytes = context.checkpointBytes();
        this.lastNs = new long[tasks.length];
        Arrays.fill(lastNs, System.nanoTime());
    }

    /** Does the next piece of work; false when there is none. */
    boolean doWork(final boolean isIdle) {
        if (running != null) {
            if (!running.checkpointWork(isIdle ? BLOCKS_WHEN_IDLE : BLOCKS_WHEN_BUSY)) {
                running = null;
            }
            return true;
        }
        if (accepted != null || !inbox.isEmpty()) {
            doRequest();
            return true;
        }
        return (intervalNs > 0 || bytes > 0) && beginDue();
    }

    private void doRequest() {
        if (accepted == null) {
            accepted = inbox.poll();
            nextRequested = 0;
        }
        while (running == null && nextRequested < tasks.length) {
            begin(nextRequested++, System.nanoTime());
        }
        if (running == null) {
            accepted.shareDone();
            accepted = null;
        }
    }

    private boolean beginDue() {
        final long nowNs = System.nanoTime();
        for (int i = 0; i < tasks.length; i++) {
            final boolean isDue = intervalNs > 0 && nowNs - lastNs[i] >= intervalNs
                    || bytes > 0 && !tasks[i].isGivenUp() && tasks[i].task().bytesSinceCheckpoint() >= bytes;
            if (isDue && begin(i, nowNs)) {
                return true;
            }
        }
        return false;
    }

    private boolean begin(final int index, final long nowNs) {
        if (!tasks[index].takesCheckpoints()) {
            // Left as it is: one that takes over is late already.
            return false;
        }
        final Task task = tasks[index].task();
        lastNs[index] = nowNs;
        // What the one before has left to do comes first.
        task.checkpointWork(BLOCKS_WHEN_BUSY);
        if (task.beginCheckpoint()) {
            running = task;
            return true;
        }
        return false;
    }

    /** Takes note that a replica was given up; who waits for a checkpoint of it should ask again. */
    void giveUp(final Replica replica) {
        if (running == replica.task()) {
            running = null;
        }
        refuseOpen(replica + " has failed; ask again");
    }

    /** Asks for a checkpoint of all tasks. Any thread. */
    void request(final CheckpointRequest request) {
        inbox.add(request);
        // Whoever refuses sets the reason before it empties the inbox, so one of the two finds the request.
        if (refusal != null) {
            refuse(refusal);
        }
    }

    /** Refuses what was asked for and what will be. */
    void refuse(final String why) {
        refusal = why;
        refuseOpen(why);
    }

    private void refuseOpen(final String why) {
        final CheckpointRequest open = accepted;
        if (open != null) {
            open.refuse(why);
        }
        for (CheckpointRequest each = inbox.poll(); each != null; each = inbox.poll()) {
            each.refuse(why);
        }
    }
}
