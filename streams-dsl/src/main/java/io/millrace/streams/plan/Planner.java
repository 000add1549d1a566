package io.millrace.streams.plan;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyGraph;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Cuts a topology into stages. A stage ends where a stream is keyed, since records of one key must come together in one
 * partition; everything between is fused into one chain of direct calls. An exchange has as many partitions as the stage
 * before it has tasks.
 */
public final class Planner {
    private final TopologyGraph graph;
    private final List<Stage> stages = new ArrayList<>();

    private Planner(final TopologyGraph graph) {
        this.graph = graph;
    }

    /**
     * Plans a topology.
     *
     * @param graph           to plan.
     * @param partitionCounts number of partitions of a source topic, by its name.
     * @return the plan.
     */
    public static Plan plan(final TopologyGraph graph, final ToIntFunction<String> partitionCounts) {
        final Planner planner = new Planner(graph);
        for (final SourceNode source : graph.sources()) {
            planner.add(source, source.name(), partitionCounts.applyAsInt(source.name()), null);
        }
        return new Plan(graph, planner.stages);
    }

    private void add(final TopologyNode root, final String topic, final int tasks, final Stage upstream) {
        final WatermarkGrid grid = gridBelow(root).orElse(WatermarkGrid.FINEST);
        final Stage stage = new Stage(stages.size(), root, topic, tasks, upstream, grid);
        stages.add(stage);
        for (final ExchangeNode exchange : stage.exchanges()) {
            add(exchange, Plan.exchangeTopic(graph.name(), exchange), tasks, stage);
        }
    }

    // The points in event time at which any window below a node closes, through all later stages.
    private Optional<WatermarkGrid> gridBelow(final TopologyNode node) {
        Optional<WatermarkGrid> grid = Optional.empty();
        for (final TopologyNode child : node.children()) {
            grid = and(grid, ofWindow(child));
            grid = and(grid, gridBelow(child));
        }
        return grid;
    }

    private static Optional<WatermarkGrid> ofWindow(final TopologyNode node) {
        return node instanceof StepNode<?, ?> step
                ? step.window().map(window -> WatermarkGrid.ofWindows(window.sizeNs(), window.graceNs()))
                : Optional.empty();
    }

    private static Optional<WatermarkGrid> and(final Optional<WatermarkGrid> a, final Optional<WatermarkGrid> b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : Optional.of(a.get().and(b.get()));
    }
}
