package io.millrace.streams.plan;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyGraph;
import io.millrace.streams.topology.TopologyNode;
import java.util.List;
import java.util.Map;

/**
 * How a topology runs: its stages and the tasks of each.
 *
 * @param graph  that was planned.
 * @param stages in an order in which each comes after those it reads from.
 * @param outputs topics that are written in the place of others, by the names that those have in the topology.
 */
public record Plan(TopologyGraph graph, List<Stage> stages, Map<String, String> outputs) {
    /**
     * Keeps the collections as they are now.
     *
     * @param graph   that was planned.
     * @param stages  of the plan.
     * @param outputs in the place of others.
     */
    public Plan {
        stages = List.copyOf(stages);
        outputs = Map.copyOf(outputs);
    }

    /**
     * Has other topics written than those that the topology names.
     *
     * @param newOutputs topics in the place of others, by the names that those have in the topology.
     * @return the plan with these outputs.
     */
    public Plan withOutputs(final Map<String, String> newOutputs) {
        return new Plan(graph, stages, newOutputs);
    }

    /**
     * Finds the topic that is written where the topology names one.
     *
     * @param topic of a sink or for dead letters.
     * @return name of the topic.
     */
    public String outputTopic(final String topic) {
        return outputs.getOrDefault(topic, topic);
    }

    /**
     * Names the topic of an exchange.
     *
     * @param job      name of the job.
     * @param exchange of its topology.
     * @return name of the topic.
     */
    public static String exchangeTopic(final String job, final ExchangeNode exchange) {
        return job + "." + exchange.name();
    }

    /**
     * Names the topic of a stage's checkpoints.
     *
     * @param job   name of the job.
     * @param stage name of the stage.
     * @return name of the topic.
     */
    public static String checkpointTopic(final String job, final String stage) {
        return job + "." + stage + ".checkpoints";
    }

    /**
     * Counts the tasks.
     *
     * @return their number in all stages.
     */
    public int taskCount() {
        return stages.stream().mapToInt(Stage::tasks).sum();
    }

    /**
     * Finds the window that is done in two halves, one in front of an exchange and one behind it. One whose policy goes on
     * after a failure is not, unless combining never fails: where two sums cannot be combined, all records of one of them
     * would be left out, and not the one record at which a window that is done whole fails.
     *
     * @param node a source or an exchange.
     * @return the window, null where records go through the exchange as they are.
     */
    StepNode<?> splitBehind(final TopologyNode node) {
        final boolean isSplit = node instanceof ExchangeNode exchange
                && !exchange.isMerge()
                && stages.stream().anyMatch(stage -> stage.root() == exchange)
                && exchange.children().size() == 1
                && exchange.children().get(0) instanceof StepNode<?> step
                && step.split().isPresent()
                && (step.split().get().alwaysCombines() || isStoppedByFailures(step));
        return isSplit ? (StepNode<?>) node.children().get(0) : null;
    }

    private boolean isStoppedByFailures(final TopologyNode step) {
        return step.onErrorOr(graph.onError()).kind() == ErrorPolicy.Kind.FAIL;
    }

    /**
     * Tells the plan to a person.
     *
     * @return several lines, ended by a line feed.
     */
    public String describe() {
        return new PlanText(this).describe();
    }

    /**
     * Draws the plan as a Mermaid flowchart.
     *
     * @return several lines, ended by a line feed; the same for the same plan.
     */
    public String toMermaid() {
        return new PlanMermaid(this).draw();
    }
}
