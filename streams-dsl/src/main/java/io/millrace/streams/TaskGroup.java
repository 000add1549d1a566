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
    private final Runnable onComplete;
    private boolean isComplete;

    TaskGroup(
            final String name,
            final JobTasks.Share tasks,
            final BooleanSupplier isStopped,
            final Consumer<Throwable> onFailure,
            final Runnable onComplete) {
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
            if (isComplete) {
                return tasks.doControlWork(0);
            }
            work = tasks.doWork();
        } catch (final RuntimeException | Error e) {
            onFailure.accept(e);
            return 0;
        }
        if (tasks.isComplete()) {
            isComplete = true;
            onComplete.run();
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
