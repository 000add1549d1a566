package io.millrace.streams.plan;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The part of a topology that runs without leaving its partition: from a source or an exchange to the next exchanges and
 * sinks. One task runs it for each partition of its input.
 *
 * @param index      of the stage in its plan.
 * @param root       the source or exchange that it reads.
 * @param inputTopic that it reads.
 * @param tasks      number of tasks, one for each partition of the input topic.
 * @param upstream   the stage that writes the exchange it reads; null for a source.
 * @param grid       of the watermarks that it writes to exchanges.
 */
public record Stage(int index, TopologyNode root, String inputTopic, int tasks, Stage upstream, WatermarkGrid grid) {

    /**
     * Names the stage.
     *
     * @return the name of its source or exchange.
     */
    public String name() {
        return root.name();
    }

    /**
     * The steps that are fused into one chain.
     *
     * @return them in the order of their calls.
     */
    public List<StepNode<?, ?>> steps() {
        final List<StepNode<?, ?>> steps = new ArrayList<>();
        walk(root, node -> {
            if (node instanceof StepNode<?, ?> step) {
                steps.add(step);
            }
        });
        return steps;
    }

    /**
     * The exchanges that the stage writes.
     *
     * @return them in the order of the topology.
     */
    public List<ExchangeNode> exchanges() {
        final List<ExchangeNode> exchanges = new ArrayList<>();
        walk(root, node -> {
            if (node instanceof ExchangeNode exchange && exchange != root) {
                exchanges.add(exchange);
            }
        });
        return exchanges;
    }

    /**
     * The topics that the stage writes.
     *
     * @return their sinks in the order of the topology.
     */
    public List<SinkNode> sinks() {
        final List<SinkNode> sinks = new ArrayList<>();
        walk(root, node -> {
            if (node instanceof SinkNode sink) {
                sinks.add(sink);
            }
        });
        return sinks;
    }

    /**
     * The topics that take late records.
     *
     * @return their names in the order of the topology.
     */
    public List<String> lateTopics() {
        return steps().stream()
                .flatMap(step -> step.window().stream())
                .map(StepNode.WindowInfo::lateTopic)
                .filter(topic -> topic != null)
                .distinct()
                .toList();
    }

    /**
     * Says whether the stage reads a topic that others write.
     *
     * @return true for a source, false for an exchange.
     */
    public boolean isSource() {
        return root instanceof SourceNode;
    }

    // Goes down to the exchanges, which are the roots of other stages, and not beyond.
    private void walk(final TopologyNode node, final Consumer<TopologyNode> visitor) {
        for (final TopologyNode child : node.children()) {
            visitor.accept(child);
            if (!(child instanceof ExchangeNode)) {
                walk(child, visitor);
            }
        }
    }
}
