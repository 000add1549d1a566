package io.millrace.streams.plan;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.GuardedCodec;
import io.millrace.operators.codec.Lender;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.core.DiscardOperator;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.FanOutOperator;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.Stateful;
import io.millrace.operators.task.LendingOperator;
import io.millrace.operators.task.NamedState;
import io.millrace.streams.effect.CallSpec;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.StepScope;
import io.millrace.streams.topology.TopologyNode;
import io.millrace.streams.topology.WindowSplit;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the operators of one task and connects them, from the ends of the chain to its beginning.
 */
final class ChainBuilder {
    private final Plan plan;
    private final Stage stage;
    private final StageCopies copies;
    private final TaskResources resources;

    // A node that several branches lead to is one operator.
    private final Map<TopologyNode, Operator<?>> operators = new IdentityHashMap<>();

    ChainBuilder(final Plan plan, final Stage stage, final StageCopies copies, final TaskResources resources) {
        this.plan = plan;
        this.stage = stage;
        this.copies = copies;
        this.resources = resources;
    }

    Operator<?> build() {
        final StepNode<?> window = plan.splitBehind(stage.root());
        return window == null ? port(stage.root(), TopologyNode.MAIN) : second(window);
    }

    // The task's own: the first half of a split window sends something else than the records, which are read by their
    // codec.
    Codec<?> inputCodec() {
        final StepNode<?> window = plan.splitBehind(stage.root());
        return window == null
                ? resources.codec(TaskFactory.codecOf(stage))
                : exchangeCodec(window.split().orElseThrow());
    }

    @SuppressWarnings("unchecked") // The exchange's codec is of the records that the window takes.
    private <V> Codec<?> exchangeCodec(final WindowSplit<V> split) {
        return split.exchangeCodec(resources.codec((Codec<V>) TaskFactory.codecOf(stage)));
    }

    private Operator<?> second(final StepNode<?> window) {
        final Scope own = new Scope(window);
        final List<Operator<?>> nexts = nexts(own);
        return resources.operator(own, scope -> window.split().orElseThrow().second(scope, nexts));
    }

    private Operator<?> port(final TopologyNode node, final int port) {
        final List<Operator<?>> branches = new ArrayList<>();
        for (final TopologyNode child : node.children(port)) {
            branches.add(operator(child));
        }
        return switch (branches.size()) {
            case 0 -> new DiscardOperator<>();
            case 1 -> branches.get(0);
            default ->
                copies.of(node)
                        .instantiate(Operator.class, FanOutOperator.class, (Object) branches.toArray(Operator[]::new));
        };
    }

    private List<Operator<?>> nexts(final Scope scope) {
        final List<Operator<?>> nexts = new ArrayList<>();
        for (int port = 0; port < scope.node.portCount(); port++) {
            final Operator<?> next = port(scope.node, port);
            // In test mode, what a step hands on is lent for as long as the steps behind it run.
            nexts.add(resources.isTestMode() ? new LendingOperator<>(scope.lender, next) : next);
        }
        return nexts;
    }

    private Operator<?> operator(final TopologyNode node) {
        final Operator<?> made = operators.get(node);
        if (made != null) {
            return made;
        }
        final Operator<?> operator = make(node);
        operators.put(node, operator);
        return operator;
    }

    private Operator<?> make(final TopologyNode node) {
        final Scope scope = new Scope(node);
        if (node instanceof ExchangeNode exchange) {
            return stage.isInPlace(exchange)
                    ? exchange.inPlace(scope, port(exchange, TopologyNode.MAIN))
                    : sender(exchange, scope);
        }
        if (node instanceof SinkNode sink) {
            return sink.operator(scope);
        }
        if (node instanceof StepNode<?> step) {
            final List<Operator<?>> nexts = nexts(scope);
            return resources.operator(scope, each -> step.operator(each, nexts));
        }
        throw new IllegalStateException("a source stands behind another node: " + node.name());
    }

    private Operator<?> sender(final ExchangeNode exchange, final Scope scope) {
        final String topic = Plan.exchangeTopic(plan.graph().name(), exchange);
        final StepNode<?> window = plan.splitBehind(exchange);
        return window == null
                ? exchange.sender(scope, topic, stage.grid())
                : resources.operator(
                        new Scope(window),
                        each -> exchange.sender(
                                each, window.split().orElseThrow(), resources.output(topic), stage.grid()));
    }

    private final class Scope implements StepScope {
        private final TopologyNode node;
        private final Lender lender;

        Scope(final TopologyNode node) {
            this.node = node;
            this.lender = new Lender(node.name());
        }

        @Override
        @SuppressWarnings(
                "unchecked") // Types were checked where the steps were connected; the graph does not carry them.
        public <I> Operator<I> operator(final Class<?> type, final Object... arguments) {
            final Operator<I> operator =
                    (Operator<I>) copies().instantiate(Operator.class, type.asSubclass(Operator.class), arguments);
            if (operator instanceof Stateful state) {
                resources.keep(new NamedState(StageLayout.stateName(node, type), StageLayout.of(node, type), state));
            }
            return operator;
        }

        @Override
        public ClassCopies copies() {
            return copies.of(node);
        }

        @Override
        public <V, R> Aggregator<V, R> aggregator(final Aggregation<V, ?, R> aggregation) {
            return isTestMode() ? aggregation.lentBy(lender).forTask(copies()) : aggregation.forTask(copies());
        }

        @Override
        public boolean isTestMode() {
            return resources.isTestMode();
        }

        @Override
        public <T> Codec<T> codec(final Codec<T> description) {
            return resources.codec(description);
        }

        @Override
        public <T> Codec<T> keptCodec(final Codec<T> description) {
            final Codec<T> own = description.forTask();
            return isTestMode() && own.isBorrowed() ? new GuardedCodec<>(own, lender.part()) : own;
        }

        @Override
        public OutputAppender output(final String topic) {
            return resources.output(topic);
        }

        @Override
        public TaskCalls calls(final CallSpec<?, ?> spec) {
            return resources.calls(spec, node.onErrorOr(plan.graph().onError()).kind() == ErrorPolicy.Kind.FAIL);
        }

        @Override
        public FailureHandler failures() {
            return resources.failures(node.name(), node.onErrorOr(plan.graph().onError()));
        }

        @Override
        public StateMemory memory() {
            return resources.memory();
        }

        @Override
        public String name() {
            return node.name();
        }

        @Override
        public int partition() {
            return resources.id().partition();
        }

        @Override
        public TaskCounters counters() {
            return resources.counters();
        }
    }
}
