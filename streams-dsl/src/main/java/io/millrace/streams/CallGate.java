package io.millrace.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.ExchangeNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps inputs from piling up in front of an outside: the tasks that ask stop reading while as many inputs wait as may be called for
 * at once, and as many again. The tasks that wait read on, since the replies lie behind what they have not read yet.
 *
 * <p>When a task reads decides nothing about what it makes, so this may look at whatever it likes. Any thread.
 */
final class CallGate {
    private static final int READ_LIMIT = 256;

    // Unread inputs are not counted one by one; so many bytes of them may lie in the exchange.
    private static final long MAX_UNREAD_LENGTH = 64 * 1024;

    private final Map<TaskReplicas, Behind[]> behind = new IdentityHashMap<>();

    private record Behind(LogPartition partition, TaskReplicas task, int atOnce) {
        boolean isFull() {
            final Task furthest = task.furthest();
            final TaskCalls calls = furthest.calls();
            return calls.size() >= 2 * atOnce
                    || partition.tailPosition() - furthest.readPosition() > MAX_UNREAD_LENGTH && !task.isComplete();
        }
    }

    CallGate(final LogStore store, final Plan plan, final List<TaskReplicas> all) {
        final Map<Stage, List<TaskReplicas>> tasksOf = new IdentityHashMap<>();
        int next = 0;
        for (final Stage stage : plan.stages()) {
            tasksOf.put(stage, all.subList(next, next + stage.tasks()));
            next += stage.tasks();
        }
        for (final Stage stage : plan.stages()) {
            final List<Behind> full = new ArrayList<>();
            for (final Stage later : plan.stages()) {
                if (later.root() instanceof ExchangeNode exchange
                        && exchange.isCalls()
                        && later.upstreams().contains(stage)) {
                    tasksOf.get(later).forEach(task -> full.add(behind(store, task)));
                }
            }
            if (!full.isEmpty()) {
                tasksOf.get(stage).forEach(task -> behind.put(task, full.toArray(Behind[]::new)));
            }
        }
    }

    private static Behind behind(final LogStore store, final TaskReplicas task) {
        final TaskCalls calls = task.furthest().calls();
        return new Behind(store.topic(task.id().topic()).partition(task.id().partition()), task, calls.atOnce());
    }

    /** How many records a task may read now; 0 for none. */
    int limit(final Replica replica) {
        final Behind[] waiting = behind.get(replica.all());
        if (waiting == null) {
            return READ_LIMIT;
        }
        int limit = READ_LIMIT;
        for (final Behind each : waiting) {
            if (each.isFull()) {
                return 0;
            }
            limit = Math.min(limit, each.atOnce());
        }
        return limit;
    }

    /** Whether a task has inputs without a result. By the task's thread. */
    static boolean isWaiting(final Task task) {
        return task.calls() != null && task.calls().size() > 0;
    }
}
