package io.millrace.streams.plan;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.task.SourceWatermark;
import io.millrace.streams.topology.DurationText;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.SourceTime;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/** Tells a plan in words. */
final class PlanText {
    private final Plan plan;
    private final StringBuilder text = new StringBuilder();

    PlanText(final Plan plan) {
        this.plan = plan;
    }

    String describe() {
        final long exchanges =
                plan.stages().stream().filter(stage -> !stage.isSource()).count();
        text.append("job ").append(plan.graph().name()).append(": ");
        text.append(count(plan.taskCount(), "task"))
                .append(" in ")
                .append(count(plan.stages().size(), "stage"));
        text.append(", ").append(count(exchanges, "exchange"));
        text.append(", on error ").append(plan.graph().onError()).append('\n');
        plan.stages().forEach(this::describe);
        return text.toString();
    }

    private void describe(final Stage stage) {
        text.append("\nstage ")
                .append(stage.index())
                .append("  ")
                .append(stage.name())
                .append(": ");
        text.append(count(stage.tasks(), "task")).append(", each reads one partition\n");
        line("input", stage.root().describe() + ", " + count(stage.tasks(), "partition"));
        line("watermark", watermark(stage));
        line("chain", chain(stage));
        stage.inPlace().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(exchange -> line("left out", exchange.describe() + ": " + whyLeftOut(stage, exchange)));
        stage.steps()
                .forEach(step ->
                        step.state().ifPresent(state -> line("state", step.name() + ": " + state.description())));
        stage.exchanges().forEach(exchange -> line("output", exchange(stage, exchange)));
        stage.sinks().forEach(sink -> line("output", sink.describe() + instead(sink) + ", by the hash of the key"));
        stage.nodes().forEach(this::onError);
    }

    private String instead(final SinkNode sink) {
        final String topic = plan.outputTopic(sink.name());
        return topic.equals(sink.name()) ? "" : " = topic " + topic;
    }

    private void onError(final TopologyNode node) {
        if (!node.onErrorOr(plan.graph().onError()).equals(plan.graph().onError())) {
            line("on error", node.name() + ": " + node.onErrorOr(plan.graph().onError()));
        }
    }

    private static String whyLeftOut(final Stage stage, final ExchangeNode exchange) {
        if (exchange.isMerge()) {
            return "all its streams are of the same tasks";
        }
        return stage.tasks() == 1
                ? "one task would both write and read it"
                : "the exchange of the join behind it brings the keys together";
    }

    private void line(final String label, final String value) {
        text.append(String.format("  %-10s %s%n", label, value));
    }

    private static String watermark(final Stage stage) {
        if (stage.root() instanceof SourceNode source) {
            final SourceTime time = source.time();
            return "largest event time - " + DurationText.of(time.outOfOrdernessNs()) + ", or a watermark record; "
                    + (time.idleAfterNs() == SourceWatermark.NEVER_IDLE
                            ? "never idle"
                            : "goes on with log time after " + DurationText.of(time.idleAfterNs()) + " of silence");
        }
        return stage.upstreams().stream()
                .map(upstream -> "the " + count(upstream.tasks(), "task") + " of stage " + upstream.index())
                .reduce((a, b) -> a + " and " + b)
                .map(tasks -> "minimum over " + tasks)
                .orElseThrow();
    }

    private String exchange(final Stage stage, final ExchangeNode exchange) {
        final WatermarkGrid grid = stage.grid();
        final String watermarks = grid.equals(WatermarkGrid.COARSEST)
                ? "watermarks at the end only"
                : grid.stepNs() == 1
                        ? "each watermark"
                        : "watermarks at each " + DurationText.of(grid.stepNs())
                                + (grid.offsetNs() == 0 ? "" : " + " + DurationText.of(grid.offsetNs()));
        final StepNode<?> split = plan.splitBehind(exchange);
        return exchange.describe() + " = topic "
                + Plan.exchangeTopic(plan.graph().name(), exchange)
                + ", " + count(readers(exchange), "partition")
                + ", by the hash of the key; " + watermarks
                + (split == null ? "" : "; sums of " + split.name() + " instead of records");
    }

    // Each task of the stage that reads an exchange reads one partition of it.
    private int readers(final ExchangeNode exchange) {
        return plan.stages().stream()
                .filter(stage -> stage.root() == exchange)
                .mapToInt(Stage::tasks)
                .sum();
    }

    // One fused chain a line; where a stream is used more than once, the branches stand in brackets.
    private String chain(final Stage stage) {
        return chain(stage, stage.root());
    }

    private String chain(final Stage stage, final TopologyNode node) {
        final List<String> branches = new ArrayList<>();
        for (int port = 0; port < node.portCount(); port++) {
            final String label = node.portName(port);
            for (final TopologyNode child : node.children(port)) {
                branches.add((label.isEmpty() ? "" : label + ": ") + link(stage, child));
            }
        }
        return switch (branches.size()) {
            case 0 -> "nothing";
            case 1 -> branches.get(0);
            default -> "[" + String.join(" | ", branches) + "]";
        };
    }

    private String link(final Stage stage, final TopologyNode node) {
        if (node instanceof ExchangeNode exchange) {
            if (!stage.isInPlace(node)) {
                final StepNode<?> split = plan.splitBehind(exchange);
                return (split == null ? "" : split.name() + " (first half) -> ") + "exchange " + exchange.name();
            }
            return (exchange.isMerge() ? exchange.isSides() ? "sides " : "merge " : "key by ") + node.name() + " -> "
                    + chain(stage, node);
        }
        if (node instanceof SinkNode sink) {
            return "sink " + sink.name();
        }
        final String label =
                node.describe().equals(node.name()) ? node.name() : node.name() + " (" + node.describe() + ")";
        return label + " -> " + chain(stage, node);
    }

    private static String count(final long number, final String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
