package io.millrace.streams;

import io.millrace.operators.task.Task;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the tasks of one thread take their checkpoints, one task after the other. What a task computes does not
 * depend on it, so it may look at the clock. Of the replicas of a task only one takes them. Used by the thread that runs the tasks, but for {@link #request}.
 */
final class CheckpointSchedule {
    // A block is copied in about a microsecond, and whatever comes meanwhile waits for it. So it is one in a round,
    // unless the
    // records of the round took longer than that: then a part of what they took.
    private static final int MAX_BLOCKS = 8;
    private static final int WORK_FOR_A_BLOCK = 8;
    private static final int TASKS_FOR_A_BLOCK = 64;
    private static final long CLEAN_UP_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int NONE = -1;

    private final Replica[] tasks;
    private final long intervalNs;
    private final long bytes;
    private final long[] lastNs;

    // A round over many tasks takes a while, so a task's turn has to bring more.
    private final int roundBlocks;
    private final Queue<CheckpointRequest> inbox = new ConcurrentLinkedQueue<>();

    private long cleanedUpNs = System.nanoTime();
    private Task running;
    private long runningPosition;
    private CheckpointRequest accepted;
    private int nextRequested = NONE;
    private volatile String refusal;

    CheckpointSchedule(final Replica[] tasks, final JobContext context) {
        this.tasks = tasks;
        this.intervalNs = context.checkpointIntervalNs();
        this.bytes = context.checkpointBytes();
        this.lastNs = new long[tasks.length];
        this.roundBlocks = Math.max(1, Math.min(MAX_BLOCKS, tasks.length / TASKS_FOR_A_BLOCK));
        Arrays.fill(lastNs, System.nanoTime());
    }

    /** Does the next piece of work after so many records; false when there is none. */
    boolean doWork(final int records) {
        if (running != null) {
            if (!running.checkpointWork(Math.max(roundBlocks, Math.min(MAX_BLOCKS, records / WORK_FOR_A_BLOCK)))) {
                end();
            }
            return true;
        }
        if (accepted != null || !inbox.isEmpty()) {
            doRequest();
            return true;
        }
        return (intervalNs > 0 || bytes > 0) && beginDue(System.nanoTime());
    }

    private void end() {
        // What is asked for begins when nothing else runs, so what runs then was asked for.
        if (accepted != null && running.checkpointPosition() < runningPosition) {
            accepted.givenUp(running.id());
        }
        running = null;
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

    private boolean beginDue(final long nowNs) {
        if (nowNs - cleanedUpNs >= CLEAN_UP_INTERVAL_NS) {
            cleanUp(nowNs);
        }
        for (int i = 0; i < tasks.length; i++) {
            final boolean isDue = intervalNs > 0 && nowNs - lastNs[i] >= intervalNs
                    || bytes > 0 && !tasks[i].isGivenUp() && tasks[i].task().bytesSinceCheckpoint() >= bytes;
            if (isDue && begin(i, nowNs)) {
                return true;
            }
        }
        return false;
    }

    // What is old may go when the log is on disk so far, which nobody tells; it is by a cut, one in a second or so.
    private void cleanUp(final long nowNs) {
        cleanedUpNs = nowNs;
        for (final Replica replica : tasks) {
            if (replica.takesCheckpoints()) {
                replica.task().checkpointWork(1);
            }
        }
    }

    private boolean begin(final int index, final long nowNs) {
        if (!tasks[index].takesCheckpoints()) {
            // Left as it is: one that takes over is late already.
            return false;
        }
        final Task task = tasks[index].task();
        lastNs[index] = nowNs;
        // What the one before has left to do comes first.
        task.checkpointWork(1);
        if (task.beginCheckpoint()) {
            running = task;
            runningPosition = task.position();
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
