package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Has the tables of side files read before anything else: the tasks of other sources begin when all rows that were there at the
 * start have gone through the job, as far as they go. So each row is in front of each value in every exchange in which they meet.
 *
 * <p>When a task reads decides nothing about what it makes of it. Any thread.
 */
final class FirstTables {
    private final LogStore store;
    private final Set<TaskReplicas> held = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<TaskReplicas, Long> lastRows = new IdentityHashMap<>();
    private final List<TaskReplicas> behind = new ArrayList<>();
    private volatile boolean isThrough;

    private FirstTables(final LogStore store) {
        this.store = store;
    }

    /** Appends what has changed in the side files of a topology, and notes where the last row of each stands that is to be first. */
    static Map<String, long[]> update(final LogStore store, final Topology topology) {
        final Map<String, long[]> first = new HashMap<>();
        final Map<String, SideFile<?, ?>> files = topology.sideFiles();
        if (!files.isEmpty()) {
            // What is wrong with the topology is said before anything is appended.
            topology.build();
        }
        files.forEach((topic, file) -> {
            final SideFileTopic side = new SideFileTopic(store, topic, file);
            side.update();
            if (file.isFirst()) {
                first.put(topic, side.lastPositions());
            }
        });
        return first;
    }

    static FirstTables of(
            final LogStore store,
            final Plan plan,
            final List<TaskReplicas> all,
            final Map<String, long[]> first,
            final Set<String> sideTopics) {
        final FirstTables tables = new FirstTables(store);
        tables.isThrough = first.isEmpty();
        int next = 0;
        for (final Stage stage : plan.stages()) {
            for (int i = 0; i < stage.tasks(); i++) {
                tables.add(stage, all.get(next++), first.get(stage.inputTopic()), i, sideTopics);
            }
        }
        return tables;
    }

    private void add(
            final Stage stage,
            final TaskReplicas task,
            final long[] lastPositions,
            final int partition,
            final Set<String> sideTopics) {
        if (lastPositions != null) {
            lastRows.put(task, lastPositions[partition]);
        } else if (!stage.isSource()) {
            behind.add(task);
        } else if (!sideTopics.contains(stage.inputTopic())) {
            held.add(task);
        }
    }

    /** Whether a task is to wait. */
    boolean holds(final Replica replica) {
        if (isThrough || !held.contains(replica.all())) {
            return false;
        }
        isThrough = isAllRead();
        return !isThrough;
    }

    private boolean isAllRead() {
        for (final Map.Entry<TaskReplicas, Long> each : lastRows.entrySet()) {
            final Task task = each.getKey().furthest();
            if (!task.isDone() && task.readPosition() <= each.getValue()) {
                return false;
            }
        }
        // Only now: what those have appended was there before they had read.
        for (final TaskReplicas each : behind) {
            final Task task = each.furthest();
            final long tail = store.topic(task.id().topic())
                    .partition(task.id().partition())
                    .tailPosition();
            if (!task.isDone() && task.readPosition() < tail) {
                return false;
            }
        }
        return true;
    }
}
