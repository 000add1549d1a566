package io.millrace.streams;

import io.millrace.operators.task.Task;

/** One of the tasks that do the same beside each other. Used by the thread that runs it, but for what says otherwise. */
final class Replica {
    private final TaskReplicas all;
    private final Task task;
    private final int index;
    private volatile boolean isGivenUp;

    Replica(final TaskReplicas all, final Task task, final int index) {
        this.all = all;
        this.task = task;
        this.index = index;
    }

    TaskReplicas all() {
        return all;
    }

    Task task() {
        return task;
    }

    /** Tells whether it has failed while others went on; then nobody touches its task any more. Any thread. */
    boolean isGivenUp() {
        return isGivenUp;
    }

    /** Takes it out, with what it holds of the store. After that all that it has done is seen by who sees this. */
    void giveUp() {
        isGivenUp = true;
        task.close();
    }

    /**
     * Tells whether it is the one that takes the checkpoints of its task; it goes on with those of the one before when that
     * was given up.
     */
    boolean takesCheckpoints() {
        return !isGivenUp && all.isTaker(this);
    }

    @Override
    public String toString() {
        return "replica " + (index + 1) + " of " + all.count() + " of task " + task.id();
    }
}
