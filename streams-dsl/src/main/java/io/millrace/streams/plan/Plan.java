package io.millrace.streams.plan;

import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyGraph;
import io.millrace.streams.topology.TopologyNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a topology runs: its stages, and with them its tasks, exchanges, state and topics.
 *
 * @param graph  that was planned.
 * @param stages in an order in which each comes after the one that it reads from.
 */
public record Plan(TopologyGraph graph, List<Stage> stages) {
    /**
     * Takes a copy of the list.
     *
     * @param graph that was planned.
     * @param stages of the plan.
     */
    public Plan {
        stages = List.copyOf(stages);
    }

    /**
     * The topic that holds an exchange.
     *
     * @param job      that the exchange belongs to.
     * @param exchange of the job.
     * @return name of the topic.
     */
    public static String exchangeTopic(final String job, final ExchangeNode exchange) {
        return job + "." + exchange.name();
    }

    /**
     * Number of tasks in all stages.
     *
     * @return at least 1.
     */
    public int taskCount() {
        return stages.stream().mapToInt(Stage::tasks).sum();
    }

    /**
     * Prints the plan: tasks, fused chains, exchanges, state, outputs.
     *
     * @return several lines of text, the last one ended.
     */
    public String describe() {
        final StringBuilder text = new StringBuilder();
        final long exchanges =
                stages.stream().filter(stage -> !stage.isSource()).count();
        text.append("job ").append(graph.name()).append(": ");
        text.append(count(taskCount(), "task")).append(" in ").append(count(stages.size(), "stage"));
        text.append(", ").append(count(exchanges, "exchange"));
        text.append(", on error ").append(graph.onError().name().toLowerCase(java.util.Locale.ROOT));
        text.append('\n');
        stages.forEach(stage -> describe(stage, text));
        return text.toString();
    }

    private void describe(final Stage stage, final StringBuilder text) {
        text.append("\nstage ")
                .append(stage.index())
                .append("  ")
                .append(stage.name())
                .append(": ");
        text.append(count(stage.tasks(), "task")).append(", each reads one partition\n");
        line(text, "input", stage.root().describe() + ", " + count(stage.tasks(), "partition"));
        line(text, "watermark", watermark(stage));
        line(text, "chain", chain(stage.root()));
        stage.steps().forEach(step -> step.window().ifPresent(window -> line(text, "state", state(step, window))));
        stage.exchanges().forEach(exchange -> line(text, "output", exchange(stage, exchange)));
        stage.sinks().forEach(sink -> line(text, "output", sink.describe() + ", by the hash of the key"));
        stage.lateTopics().forEach(topic -> line(text, "late", "topic " + topic));
    }

    private static void line(final StringBuilder text, final String label, final String value) {
        text.append(String.format("  %-10s %s%n", label, value));
    }

    private static String watermark(final Stage stage) {
        if (stage.root() instanceof SourceNode source) {
            return "largest event time - " + duration(source.outOfOrdernessNs()) + ", or a watermark record";
        }
        return "minimum over the " + count(stage.upstream().tasks(), "task") + " of stage "
                + stage.upstream().index();
    }

    private static String state(final StepNode<?, ?> step, final StepNode.WindowInfo window) {
        return step.name() + ": " + window.stateBytes() + " bytes and the key, for each key in each open window";
    }

    private String exchange(final Stage stage, final ExchangeNode exchange) {
        final String watermarks = stage.grid().stepNs() == 1
                ? "each watermark"
                : "watermarks at each " + duration(stage.grid().stepNs())
                        + (stage.grid().offsetNs() == 0
                                ? ""
                                : " + " + duration(stage.grid().offsetNs()));
        return exchange.describe() + " = topic " + exchangeTopic(graph.name(), exchange) + ", "
                + count(stage.tasks(), "partition") + ", by the hash of the key; " + watermarks;
    }

    // One fused chain a line; where a stream is used more than once, the branches stand in brackets.
    private static String chain(final TopologyNode node) {
        final List<String> branches = new ArrayList<>();
        for (final TopologyNode child : node.children()) {
            branches.add(link(child));
        }
        return branches.size() == 1 ? branches.get(0) : branches.stream().collect(Collectors.joining(" | ", "[", "]"));
    }

    private static String link(final TopologyNode node) {
        if (node instanceof ExchangeNode exchange) {
            return "exchange " + exchange.name();
        }
        if (node instanceof SinkNode sink) {
            return "sink " + sink.name();
        }
        final String label =
                node.describe().equals(node.name()) ? node.name() : node.name() + " (" + node.describe() + ")";
        return label + " -> " + chain(node);
    }

    private static String count(final long number, final String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String duration(final long ns) {
        final Duration duration = Duration.ofNanos(ns);
        if (ns % 1_000_000_000L == 0) {
            return duration.toSeconds() + " s";
        }
        return ns % 1_000_000L == 0 ? duration.toMillis() + " ms" : ns + " ns";
    }
}
