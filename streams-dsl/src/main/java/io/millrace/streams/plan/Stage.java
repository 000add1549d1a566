package io.millrace.streams.plan;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.List;
import java.util.Set;

/**
 * The part of a topology between a topic or an exchange and the next exchanges; each of its tasks reads one partition.
 *
 * @param index     number of the stage in its plan, from 0.
 * @param root      source or exchange that it reads.
 * @param inputTopic name of the topic that it reads.
 * @param tasks     number of tasks, which is the number of partitions.
 * @param upstreams stages that write to the exchange; empty for a source.
 * @param nodes     all nodes behind the root that its tasks run, each once, before those that follow it; exchanges that it writes to are among them.
 * @param inPlace   exchanges among them that were left out.
 * @param grid      points in event time at which it writes watermarks to its exchanges.
 */
public record Stage(
        int index,
        TopologyNode root,
        String inputTopic,
        int tasks,
        List<Stage> upstreams,
        List<TopologyNode> nodes,
        Set<ExchangeNode> inPlace,
        WatermarkGrid grid) {
    /**
     * Keeps the lists as they are now.
     *
     * @param index     number of the stage.
     * @param root      source or exchange that it reads.
     * @param inputTopic name of the topic that it reads.
     * @param tasks     number of tasks.
     * @param upstreams stages that write to the exchange.
     * @param nodes     all nodes behind the root.
     * @param inPlace   exchanges that were left out.
     * @param grid      points at which it writes watermarks.
     */
    public Stage {
        upstreams = List.copyOf(upstreams);
        nodes = List.copyOf(nodes);
    }

    /**
     * Name of the stage.
     *
     * @return name of its source or exchange.
     */
    public String name() {
        return root.name();
    }

    /**
     * Its steps.
     *
     * @return the steps, in the order in which a record meets them.
     */
    public List<StepNode<?>> steps() {
        return nodes.stream()
                .filter(StepNode.class::isInstance)
                .<StepNode<?>>map(node -> (StepNode<?>) node)
                .toList();
    }

    /**
     * The exchanges that it writes to.
     *
     * @return their nodes, without those left out.
     */
    public List<ExchangeNode> exchanges() {
        return nodes.stream()
                .filter(ExchangeNode.class::isInstance)
                .map(ExchangeNode.class::cast)
                .filter(exchange -> !inPlace.contains(exchange))
                .toList();
    }

    /**
     * The topics that it writes.
     *
     * @return their nodes.
     */
    public List<SinkNode> sinks() {
        return nodes.stream()
                .filter(SinkNode.class::isInstance)
                .map(SinkNode.class::cast)
                .toList();
    }

    /**
     * Tells a stage that reads a topic from one that reads an exchange.
     *
     * @return true when its root is a source.
     */
    public boolean isSource() {
        return root instanceof SourceNode;
    }

    /**
     * Tells whether an exchange was left out because this stage does both sides.
     *
     * @param node of this stage.
     * @return true when it is replaced by an operator.
     */
    public boolean isInPlace(final TopologyNode node) {
        return node instanceof ExchangeNode exchange && inPlace.contains(exchange);
    }

    @Override
    public String toString() {
        return "stage " + index + " " + name();
    }

    @Override
    public boolean equals(final Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return index;
    }
}
