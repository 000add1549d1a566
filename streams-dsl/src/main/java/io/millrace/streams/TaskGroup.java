package io.millrace.streams;

import io.millrace.operators.task.Task;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;

/** The tasks that share one thread. A task that fails ends the job, so that no stage runs on without the one before it. */
final class TaskGroup implements Agent {
    private final String name;
    private final Task<?>[] tasks;
    private final BooleanSupplier isStopped;
    private final Consumer<Throwable> onFailure;
    private final Runnable onComplete;
    private boolean isComplete;

    TaskGroup(
            final String name,
            final List<Task<?>> tasks,
            final BooleanSupplier isStopped,
            final Consumer<Throwable> onFailure,
            final Runnable onComplete) {
        this.name = name;
        this.tasks = tasks.toArray(Task<?>[]::new);
        this.isStopped = isStopped;
        this.onFailure = onFailure;
        this.onComplete = onComplete;
    }

    @Override
    public int doWork() {
        if (isComplete || isStopped.getAsBoolean()) {
            return 0;
        }
        int work = 0;
        boolean areAllComplete = true;
        try {
            for (final Task<?> task : tasks) {
                work += task.doWork();
                areAllComplete &= task.isComplete();
            }
        } catch (final RuntimeException | Error e) {
            onFailure.accept(e);
            return 0;
        }
        if (areAllComplete) {
            isComplete = true;
            onComplete.run();
        }
        return work;
    }

    @Override
    public void onClose() {
        CloseHelper.closeAll(tasks);
    }

    @Override
    public String roleName() {
        return name;
    }
}
