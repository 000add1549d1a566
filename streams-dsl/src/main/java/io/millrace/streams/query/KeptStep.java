package io.millrace.streams.query;

import io.millrace.log.KeyHash;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.agrona.DirectBuffer;

/**
 * A step that keeps state, and the tasks that keep it.
 *
 * @param name   of the step.
 * @param node   of the step.
 * @param stage  of the step.
 * @param tasks  of the stage, by partition; of several replicas the first.
 * @param halves tasks in front of the exchange that add up what they see of a window; empty where the window is done whole,
 *               and for other steps.
 * @param shape  of the state.
 */
record KeptStep(String name, StepNode<?> node, Stage stage, List<Task> tasks, List<Task> halves, StateShape shape) {

    /** Finds a step by its name. */
    static KeptStep of(final Plan plan, final List<Task> all, final String name) {
        final List<Task> keepers =
                all.stream().filter(task -> task.views().containsKey(name)).toList();
        for (final Stage stage : plan.stages()) {
            for (final StepNode<?> node : stage.steps()) {
                if (node.name().equals(name) && !keepers.isEmpty()) {
                    return of(name, node, stage, keepers);
                }
            }
        }
        final TreeSet<String> known = new TreeSet<>();
        all.forEach(task -> known.addAll(task.views().keySet()));
        throw new IllegalArgumentException("job " + plan.graph().name() + " keeps no state under the name " + name
                + "; its steps with state are " + known);
    }

    private static KeptStep of(final String name, final StepNode<?> node, final Stage stage, final List<Task> keepers) {
        final List<Task> tasks = new ArrayList<>();
        final List<Task> halves = new ArrayList<>();
        for (final Task task : keepers) {
            final List<Task> side = task.id().stage().equals(stage.name()) ? tasks : halves;
            // Where several run the same partition, they keep the same.
            if (side.stream().noneMatch(other -> other.id().equals(task.id()))) {
                side.add(task);
            }
        }
        return new KeptStep(
                name,
                node,
                stage,
                List.copyOf(tasks),
                List.copyOf(halves),
                tasks.get(0).views().get(name).shape());
    }

    /**
     * The tasks that may keep something of a key: one behind an exchange, which has parted the keys. The keys of a source are
     * where its producers have put them, so all of its tasks may; and an exchange does not part records without a key.
     */
    List<Task> tasksOf(final DirectBuffer key) {
        return tasks.size() == 1 || stage.isSource() || key.capacity() == 0
                ? tasks
                : List.of(tasks.get(KeyHash.partition(key, 0, key.capacity(), tasks.size())));
    }

    /** Refuses keys that are not written like those that the step sees, as far as the topology says. */
    void checkKeys(final String codec) {
        final String written = keyDescription(node);
        if (written != null && !written.equals(codec)) {
            throw new IllegalArgumentException(
                    "keys of step " + name + " are written as " + written + ", and not as " + codec);
        }
    }

    // The nearest exchange that gives keys; null behind a source, whose keys nobody describes.
    private static String keyDescription(final TopologyNode below) {
        for (final TopologyNode parent : below.parents()) {
            final String here = parent instanceof ExchangeNode exchange && exchange.keyDescription() != null
                    ? exchange.keyDescription()
                    : keyDescription(parent);
            if (here != null) {
                return here;
            }
        }
        return null;
    }

    void check(final StateShape.Kind kind) {
        if (shape.kind() != kind) {
            throw new IllegalStateException("step " + name + " keeps "
                    + switch (shape.kind()) {
                        case VALUES -> "a value for each key; read it with value(key)";
                        case WINDOWS -> "windows; read them with windows(key)";
                        case CELLS -> "cells " + shape.cells() + "; choose one with cell(name)";
                    });
        }
    }

    void checkWhole() {
        if (!halves.isEmpty()) {
            throw new IllegalStateException(
                    "windows of step " + name + " are added up in two halves, in front of exchange "
                            + stage.name()
                            + " and behind it, whose checkpoints are not taken at one position; read them by key,"
                            + " or have them done whole with split(false)");
        }
    }
}
