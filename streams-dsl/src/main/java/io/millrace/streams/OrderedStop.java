package io.millrace.streams;

import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stops the tasks behind exchanges once those before them have stopped, and notices when all have.
 *
 * <p>A task that is done appends nothing more, and none appends a tick for another one. So when all tasks of the stages before have
 * been seen to be done, what lies in the partition is all there will be, and its tail says where that ends. Whatever lies there, data,
 * watermark or tick, is read like ever.
 */
final class OrderedStop {
    private final RangeKeeper ranges;
    private final List<Task> tasks;
    private final Map<Task, Task[]> upstreams = new IdentityHashMap<>();
    private final AtomicBoolean isNoted = new AtomicBoolean();

    OrderedStop(final RangeKeeper ranges, final Plan plan, final List<Task> tasks) {
        this.ranges = ranges;
        this.tasks = tasks;
        final Map<Stage, List<Task>> tasksOf = new IdentityHashMap<>();
        int next = 0;
        for (final Stage stage : plan.stages()) {
            final List<Task> ofStage = tasks.subList(next, next + stage.tasks());
            next += stage.tasks();
            tasksOf.put(stage, ofStage);
            final List<Task> before = new ArrayList<>();
            stage.upstreams().forEach(upstream -> before.addAll(tasksOf.get(upstream)));
            if (!before.isEmpty()) {
                ofStage.forEach(task -> upstreams.put(task, before.toArray(Task[]::new)));
            }
        }
    }

    /** Stops a task that has found nothing to read, if nothing will come any more. By the task's thread. */
    boolean stopIfDrained(final Task task) {
        final Task[] before = ranges.isStopping() ? upstreams.get(task) : null;
        if (before == null) {
            return false;
        }
        for (final Task each : before) {
            if (!each.isDone()) {
                return false;
            }
        }
        // Only now: what they have appended last was there before they were done.
        return task.stopIfDrained();
    }

    /** To be called by each thread when its tasks are done: the last one writes down where all have stopped. */
    void onDone() {
        if (tasks.stream().allMatch(Task::isDone) && isNoted.compareAndSet(false, true)) {
            ranges.onAllStopped(tasks);
        }
    }
}
