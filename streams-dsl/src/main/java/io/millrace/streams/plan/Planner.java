package io.millrace.streams.plan;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyGraph;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Cuts a topology into stages.
 *
 * <p>Neighbours are fused: a stage is all that follows a source or an exchange up to the next exchanges. An exchange is left
 * out where the one task of a stage would be the only one to write it and the only one to read it, and a merge where all its
 * streams come from the same tasks.
 */
public final class Planner {
    private final TopologyGraph graph;
    private final List<Stage> stages = new ArrayList<>();
    private final Map<ExchangeNode, Set<Stage>> senders = new LinkedHashMap<>();
    private final Deque<ExchangeNode> ready = new ArrayDeque<>();
    private final Map<TopologyNode, Integer> edgesSeen = new IdentityHashMap<>();

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
            planner.add(source, source.name(), partitionCounts.applyAsInt(source.name()), List.of());
        }
        while (!planner.ready.isEmpty()) {
            planner.addBehind(planner.ready.poll());
        }
        return new Plan(graph, planner.stages, Map.of());
    }

    private void addBehind(final ExchangeNode exchange) {
        final List<Stage> upstreams = List.copyOf(senders.get(exchange));
        final int tasks = upstreams.stream().mapToInt(Stage::tasks).max().orElseThrow();
        add(exchange, Plan.exchangeTopic(graph.name(), exchange), tasks, upstreams);
    }

    private void add(final TopologyNode root, final String topic, final int tasks, final List<Stage> upstreams) {
        final List<TopologyNode> nodes = new ArrayList<>();
        final Set<ExchangeNode> inPlace = Collections.newSetFromMap(new IdentityHashMap<>());
        final Map<TopologyNode, Integer> edgesHere = new IdentityHashMap<>();
        final List<ExchangeNode> ends = new ArrayList<>();
        walk(root, tasks, nodes, inPlace, edgesHere, ends);
        final WatermarkGrid grid = gridOf(ends);
        final Stage stage = new Stage(stages.size(), root, topic, tasks, upstreams, nodes, inPlace, grid);
        stages.add(stage);
        for (final ExchangeNode exchange : ends) {
            senders.computeIfAbsent(exchange, e -> new LinkedHashSet<>()).add(stage);
            final int seen = edgesSeen.merge(exchange, edgesHere.get(exchange), Integer::sum);
            if (seen == exchange.parents().size()) {
                ready.add(exchange);
            }
        }
    }

    // Depth first, and behind a node with several parents only when all of them have been seen.
    private void walk(
            final TopologyNode node,
            final int tasks,
            final List<TopologyNode> nodes,
            final Set<ExchangeNode> inPlace,
            final Map<TopologyNode, Integer> edgesHere,
            final List<ExchangeNode> ends) {
        for (final TopologyNode child : node.children()) {
            final int edges = edgesHere.merge(child, 1, Integer::sum);
            if (child instanceof ExchangeNode exchange) {
                if (edges == 1) {
                    ends.add(exchange);
                }
                if (edges == exchange.parents().size() && (tasks == 1 || exchange.isMerge())) {
                    // The first of its streams took it for an end; it comes behind the last.
                    ends.remove(exchange);
                    nodes.remove(exchange);
                    inPlace.add(exchange);
                    nodes.add(exchange);
                    walk(exchange, tasks, nodes, inPlace, edgesHere, ends);
                } else if (edges == 1) {
                    nodes.add(exchange);
                }
            } else {
                nodes.add(child);
                walk(child, tasks, nodes, inPlace, edgesHere, ends);
            }
        }
    }

    private static WatermarkGrid gridOf(final List<ExchangeNode> exchanges) {
        Optional<WatermarkGrid> grid = Optional.empty();
        for (final ExchangeNode exchange : exchanges) {
            grid = and(grid, gridBelow(exchange));
        }
        // Where nothing waits for event time, only the end of the input has to be told.
        return grid.orElse(WatermarkGrid.COARSEST);
    }

    // The points in event time at which anything below a node emits, through all later stages.
    private static Optional<WatermarkGrid> gridBelow(final TopologyNode node) {
        Optional<WatermarkGrid> grid = Optional.empty();
        for (final TopologyNode child : node.children()) {
            grid = and(grid, ofStep(child));
            grid = and(grid, gridBelow(child));
        }
        return grid;
    }

    private static Optional<WatermarkGrid> ofStep(final TopologyNode node) {
        return node instanceof StepNode<?> step
                ? step.state().map(StepNode.StateInfo::grid).filter(grid -> grid != null)
                : Optional.empty();
    }

    private static Optional<WatermarkGrid> and(final Optional<WatermarkGrid> a, final Optional<WatermarkGrid> b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : Optional.of(a.get().and(b.get()));
    }
}
