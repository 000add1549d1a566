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
 * streams come from the same tasks. So is one that gives a key to a side of a join: the exchange of the join, right behind it,
 * brings values of that key together as well.
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
                if (edges == exchange.parents().size()
                        && (tasks == 1 && !exchange.isCalls() || isNotNeeded(exchange, inPlace))) {
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

    // With several tasks.
    private static boolean isNotNeeded(final ExchangeNode exchange, final Set<ExchangeNode> inPlace) {
        if (exchange.isCalls()) {
            // The replies are appended to it.
            return false;
        }
        return exchange.isMerge()
                ? !exchange.isBroadcast() && (!exchange.isSides() || isKeyedAlready(exchange, inPlace))
                : givesKeysToJoinsOnly(exchange);
    }

    // Whether values of a key are with the same task when they come here: no exchange that gave them the key was left
    // out.
    private static boolean isKeyedAlready(final TopologyNode node, final Set<ExchangeNode> inPlace) {
        for (final TopologyNode parent : node.parents()) {
            if (parent instanceof ExchangeNode exchange && !exchange.isMerge()) {
                if (inPlace.contains(exchange)) {
                    return false;
                }
            } else if (!isKeyedAlready(parent, inPlace)) {
                return false;
            }
        }
        return true;
    }

    private static boolean givesKeysToJoinsOnly(final ExchangeNode exchange) {
        final Set<ExchangeNode> joins = Collections.newSetFromMap(new IdentityHashMap<>());
        final Set<TopologyNode> below = Collections.newSetFromMap(new IdentityHashMap<>());
        if (!leadsToJoinsOnly(exchange, joins, below)) {
            return false;
        }
        for (final ExchangeNode join : joins) {
            if (below.containsAll(join.parents())) {
                // All sides come from here, so the join has them together once this exchange is there.
                return false;
            }
        }
        return !joins.isEmpty();
    }

    private static boolean leadsToJoinsOnly(
            final TopologyNode node, final Set<ExchangeNode> joins, final Set<TopologyNode> below) {
        below.add(node);
        for (final TopologyNode child : node.children()) {
            if (child instanceof ExchangeNode exchange && exchange.isSides()) {
                joins.add(exchange);
            } else if (!(child instanceof StepNode<?> step)
                    || step.state().isPresent()
                    || !leadsToJoinsOnly(child, joins, below)) {
                return false;
            }
        }
        return true;
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
