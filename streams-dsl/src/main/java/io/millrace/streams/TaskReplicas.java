package io.millrace.streams;

import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.agrona.CloseHelper;

/**
 * All replicas of one task, most often a single one. They read the same partition, each at its own pace, and make the same
 * outputs, of which the log keeps the first copies; so none of them leads, but for what must be done once only: the
 * checkpoints are taken by the first one that lives, and {@link Ticker} sees to it that ticks are not doubled.
 *
 * <p>What later stages wait for, and what is counted, is told by the replica that is furthest ahead. Any thread, where nothing
 * else is said.
 */
final class TaskReplicas implements AutoCloseable {
    private final List<Replica> replicas;
    private final AtomicInteger running;
    private final AtomicInteger living;
    private final TickTurn ticks = new TickTurn();
    private volatile Replica taker;

    TaskReplicas(final List<Task> tasks) {
        this.replicas = IntStream.range(0, tasks.size())
                .mapToObj(i -> new Replica(this, tasks.get(i), i))
                .toList();
        this.running = new AtomicInteger(tasks.size());
        this.living = new AtomicInteger(tasks.size());
        this.taker = replicas.get(0);
        if (tasks.size() > 1) {
            tasks.forEach(task -> task.limitTruncation(this::readByAll));
        }
    }

    int count() {
        return replicas.size();
    }

    Replica replica(final int index) {
        return replicas.get(index);
    }

    TickTurn ticks() {
        return ticks;
    }

    /**
     * Gives a replica up that has failed, by its thread.
     *
     * @return false when no other one is left, so that the task has failed.
     */
    boolean giveUp(final Replica replica) {
        int count = living.get();
        while (count > 1 && !living.compareAndSet(count, count - 1)) {
            count = living.get();
        }
        if (count > 1) {
            replica.giveUp();
            return true;
        }
        return false;
    }

    /** Whether a replica takes the checkpoints; it takes them over if those before it were given up. By its thread. */
    boolean isTaker(final Replica replica) {
        if (taker == replica) {
            return true;
        }
        for (final Replica each : replicas) {
            if (each == replica) {
                takeOver(replica);
                return true;
            }
            if (!each.isGivenUp()) {
                return false;
            }
        }
        return false;
    }

    private void takeOver(final Replica replica) {
        replica.task().takeOverCheckpoints(taker.task());
        taker = replica;
    }

    /** The one that lives and has read most; the one that takes the checkpoints if others are not further. */
    Task furthest() {
        Replica furthest = taker.isGivenUp() ? null : taker;
        for (final Replica each : replicas) {
            if (!each.isGivenUp()
                    && (furthest == null
                            || each.task().readPosition() > furthest.task().readPosition())) {
                furthest = each;
            }
        }
        // Between the death of the last but one and the look at it there may seem to be none.
        return furthest == null ? taker.task() : furthest.task();
    }

    /** What all replicas that live have read: nobody needs the input before it. */
    long readByAll() {
        long position = Long.MAX_VALUE;
        for (final Replica each : replicas) {
            if (!each.isGivenUp()) {
                position = Math.min(position, each.task().readPosition());
            }
        }
        return position;
    }

    /** The earliest event time at which the task waits to emit. */
    long eventWakeNs() {
        return furthest().eventWakeNs();
    }

    /** Log time up to which the task has to know of some producer's silence. */
    long silenceWantedNs() {
        return furthest().silenceWantedNs();
    }

    /** Log time up to which the task has to know of the silence of one producer. */
    long silenceWantedNs(final int producerId) {
        return furthest().silenceWantedNs(producerId);
    }

    /** Whether all outputs of the task, in this run, are in the log: one replica has made them all. */
    boolean isComplete() {
        for (final Replica each : replicas) {
            if (each.task().isDone()) {
                return true;
            }
        }
        return false;
    }

    /** What was done once for each replica, and counts once: what the one has that has done most. */
    long most(final ToLongFunction<TaskCounters> counter) {
        long most = 0;
        for (final Replica each : replicas) {
            most = Math.max(most, counter.applyAsLong(each.task().counters()));
        }
        return most;
    }

    /** What only one of the replicas does, or what is counted for each. */
    long sum(final ToLongFunction<TaskCounters> counter) {
        long sum = 0;
        for (final Replica each : replicas) {
            sum += counter.applyAsLong(each.task().counters());
        }
        return sum;
    }

    /**
     * Says that a replica is not run any more, by the thread that has run it.
     *
     * @return true when it was the last one; then this may be closed by that thread.
     */
    boolean endOne() {
        return running.decrementAndGet() == 0;
    }

    /** Takes a checkpoint now; false when the disk has no space for it. By a thread that runs all replicas. */
    boolean takeCheckpoint() {
        boolean isTaken = true;
        for (final Replica each : replicas) {
            if (each.takesCheckpoints()) {
                isTaken &= each.task().takeCheckpoint();
            }
        }
        return isTaken;
    }

    TaskId id() {
        return taker.task().id();
    }

    /** Takes a checkpoint where the furthest replica stands, when none of them runs any more. */
    void takeLastCheckpoint() {
        final Task furthest = furthest();
        for (final Replica each : replicas) {
            if (each.task() == furthest && taker != each) {
                takeOver(each);
            }
        }
        furthest.takeCheckpoint();
    }

    /** Closes the tasks of all that were not given up. */
    @Override
    public void close() {
        CloseHelper.closeAll(replicas.stream()
                .filter(each -> !each.isGivenUp())
                .map(Replica::task)
                .toList());
    }

    @Override
    public String toString() {
        return "task " + taker.task().id();
    }
}
