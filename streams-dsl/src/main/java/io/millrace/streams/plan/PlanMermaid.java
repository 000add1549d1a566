package io.millrace.streams.plan;

import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.IdentityHashMap;
import java.util.Map;

/** Draws a plan as a Mermaid flowchart: a box for each stage, a cylinder for each topic and exchange. */
final class PlanMermaid {
    private static final String LINE_BREAK = "<br/>";

    private final Plan plan;
    private final Map<TopologyNode, String> ids = new IdentityHashMap<>();
    private final StringBuilder text = new StringBuilder("flowchart LR\n");

    PlanMermaid(final Plan plan) {
        this.plan = plan;
    }

    String draw() {
        for (final Stage stage : plan.stages()) {
            cylinder(stage.root(), escaped(stage.inputTopic()) + LINE_BREAK + count(stage.tasks(), "partition"));
            stage.sinks().forEach(sink -> cylinder(sink, escaped(sink.name())));
        }
        plan.stages().forEach(this::box);
        for (final Stage stage : plan.stages()) {
            edges(stage, stage.root());
            stage.nodes().stream()
                    .filter(node -> stage.isInPlace(node) || node instanceof StepNode<?>)
                    .forEach(node -> edges(stage, node));
        }
        return text.toString();
    }

    private void box(final Stage stage) {
        text.append("  subgraph stage").append(stage.index());
        text.append("[\"stage ").append(stage.index()).append(": ");
        text.append(count(stage.tasks(), "task")).append("\"]\n");
        for (final TopologyNode node : stage.nodes()) {
            if (node instanceof StepNode<?>) {
                final String name = escaped(node.name());
                box(node, node.describe().equals(node.name()) ? name : name + LINE_BREAK + escaped(node.describe()));
            } else if (stage.isInPlace(node)) {
                box(node, (((ExchangeNode) node).isMerge() ? "merge " : "key by ") + escaped(node.name()));
            }
        }
        text.append("  end\n");
    }

    private void box(final TopologyNode node, final String label) {
        text.append("    ").append(id(node)).append("[\"").append(label).append("\"]\n");
    }

    private void edges(final Stage stage, final TopologyNode node) {
        for (int port = 0; port < node.portCount(); port++) {
            for (final TopologyNode child : node.children(port)) {
                final String label = label(stage, node, port, child);
                text.append("  ").append(id(node));
                text.append(label.isEmpty() ? " --> " : " -- " + label + " --> ");
                text.append(id(child)).append('\n');
            }
        }
    }

    private String label(final Stage stage, final TopologyNode node, final int port, final TopologyNode child) {
        if (child instanceof ExchangeNode exchange && !stage.isInPlace(child)) {
            final StepNode<?> split = plan.splitBehind(exchange);
            return split == null ? "" : "\"sums of " + escaped(split.name()) + "\"";
        }
        final String name = node.portName(port);
        return name.isEmpty() ? "" : "\"" + escaped(name) + "\"";
    }

    private void cylinder(final TopologyNode node, final String label) {
        text.append("  ").append(id(node)).append("[(\"").append(label).append("\")]\n");
    }

    private String id(final TopologyNode node) {
        return ids.computeIfAbsent(node, n -> "n" + ids.size());
    }

    // Names are harmless; what a codec or a window says of itself need not be.
    private static String escaped(final String label) {
        return label.replaceAll("\\s+", " ")
                .replace("#", "#35;")
                .replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace(">", "#gt;")
                .replace("`", "#96;");
    }

    private static String count(final long number, final String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
