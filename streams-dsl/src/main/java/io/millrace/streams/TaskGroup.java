package io.millrace.streams;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;

/** The tasks that share one thread. A task that fails ends the job, so that no stage runs on without the one before it. */
final class TaskGroup implements Agent {
    private final String name;
    private final JobTasks.Share tasks;
    private final BooleanSupplier isStopped;
    private final Consumer<Throwable> onFailure;
    private final BooleanSupplier onComplete;
    private boolean isComplete;

    TaskGroup(
            final String name,
            final JobTasks.Share tasks,
            final BooleanSupplier isStopped,
            final Consumer<Throwable> onFailure,
            final BooleanSupplier onComplete) {
        this.name = name;
        this.tasks = tasks;
        this.isStopped = isStopped;
        this.onFailure = onFailure;
        this.onComplete = onComplete;
    }

    @Override
    public int doWork() {
        if (isStopped.getAsBoolean()) {
            tasks.refuse("the job has failed");
            return 0;
        }
        final int work;
        try {
            work = tasks.doWork();
        } catch (final RuntimeException | Error e) {
            onFailure.accept(e);
            return 0;
        }
        // Replicas that lag behind the one that has made the last output go on: what they take checkpoints of is not at
        // the end.
        if (!isComplete && tasks.isComplete()) {
            isComplete = onComplete.getAsBoolean();
        }
        return work;
    }

    @Override
    public void onClose() {
        tasks.close();
    }

    @Override
    public String roleName() {
        return name;
    }
}
