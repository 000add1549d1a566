package io.millrace.streams.plan;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.output.ExchangeOperator;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says in words what a stage is, so that a checkpoint tells later whether it is still the same. The words are the same in
 * every run; what a function of the user does is not in them.
 */
final class StageLayout {
    private static final String SEPARATOR = "; ";

    private final Plan plan;
    private final Stage stage;
    private final String topology;
    private final String input;
    private final Set<String> exchanges;

    /** Describes the stage once, for all of its tasks. */
    StageLayout(final Plan plan, final Stage stage) {
        this.plan = plan;
        this.stage = stage;
        this.topology = describeTopology();
        this.input = describeInput();
        this.exchanges = exchangeTopics();
    }

    /** The steps, all that decides which outputs there are and which number each has. */
    String topology() {
        return topology;
    }

    /** The exchange that the stage reads; empty for a source. */
    String input() {
        return input;
    }

    /** Topics of the exchanges that the stage writes to. */
    Set<String> exchanges() {
        return exchanges;
    }

    private String describeTopology() {
        final String time = stage.root() instanceof SourceNode source ? " " + source.time() : "";
        return stage.root().describe()
                + time
                + SEPARATOR
                + stage.grid()
                + SEPARATOR
                + stage.nodes().stream().map(this::step).collect(Collectors.joining(SEPARATOR));
    }

    private String step(final TopologyNode node) {
        final StepNode<?> split = plan.splitBehind(node);
        return node.name() + " = " + node.describe() + (stage.isInPlace(node) ? " in place" : "")
                + (split == null || stage.isInPlace(node) ? "" : " with sums of " + split.name()) + " on error "
                + node.onErrorOr(plan.graph().onError()) + instead(node);
    }

    // Outputs that go to another topic from now on are numbered from 0 there.
    private String instead(final TopologyNode node) {
        final ErrorPolicy policy = node.onErrorOr(plan.graph().onError());
        final String topic = node instanceof SinkNode
                ? node.name()
                : policy.kind() == ErrorPolicy.Kind.DEAD_LETTER ? policy.deadLetterTopic() : "";
        return plan.outputTopic(topic).equals(topic) ? "" : " in the place of it " + plan.outputTopic(topic);
    }

    private String describeInput() {
        if (!(stage.root() instanceof ExchangeNode)) {
            return "";
        }
        final StepNode<?> split = plan.splitBehind(stage.root());
        return stage.root().describe()
                + (split == null ? "" : " with sums of " + split.name() + " = " + split.describe())
                + " from "
                + stage.upstreams().stream()
                        .map(upstream -> upstream.name() + " x " + upstream.tasks())
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private Set<String> exchangeTopics() {
        return stage.exchanges().stream()
                .map(exchange -> Plan.exchangeTopic(plan.graph().name(), exchange))
                .collect(Collectors.toSet());
    }

    /** The name by which state is found: that of its step, but for what a sender to an exchange keeps of its own. */
    static String stateName(final TopologyNode node, final Class<?> type) {
        return type == ExchangeOperator.class ? "exchange of " + node.name() : node.name();
    }

    /** What an operator keeps. */
    static String of(final TopologyNode node, final Class<?> type) {
        if (type == ExchangeOperator.class) {
            return "the last watermark written";
        }
        final String state = node instanceof StepNode<?> step
                ? step.state().map(StepNode.StateInfo::description).orElse("")
                : "";
        return type.getSimpleName() + ", " + node.describe() + ", " + state;
    }
}
