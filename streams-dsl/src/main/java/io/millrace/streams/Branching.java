package io.millrace.streams;

import io.millrace.operators.core.BranchOperator;
import io.millrace.operators.core.Operator;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.StepScope;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The cases into which a stream is parted. Each value goes to the first case that accepts it, or to {@link #otherwise()}.
 *
 * @param <V> type of the values.
 */
public final class Branching<V> {
    private final Flow<V> flow;
    private final StepNode<V> node;
    private final List<Predicate<? super V>> predicates = new ArrayList<>();

    Branching(final Flow<V> flow) {
        this.flow = flow;
        final String name = flow.topology().nextName("branch");
        this.node = new StepNode<>(name, "branch", this::operator);
        node.reserve(TopologyNode.MAIN, "otherwise");
        flow.node().add(flow.port(), node);
        flow.topology()
                .check(() -> predicates.isEmpty()
                        ? "branch " + node.name()
                                + ": it has no case; name one with when(predicate), or use the stream itself"
                        : null);
    }

    private Operator<V> operator(final StepScope scope, final List<Operator<?>> nexts) {
        // Port 0 is what no case took; case n has port n + 1.
        final Operator<?>[] branches = new Operator<?>[predicates.size() + 1];
        for (int i = 0; i < predicates.size(); i++) {
            branches[i] = nexts.get(i + 1);
        }
        branches[predicates.size()] = nexts.get(TopologyNode.MAIN);
        return scope.operator(BranchOperator.class, scope.failures(), predicates.toArray(Predicate[]::new), branches);
    }

    /**
     * Names the step, which goes by a generated name otherwise, such as {@code branch-2}: in plans, messages and dead letters.
     *
     * @param name unique in the topology, as that of any step; said once.
     * @return this.
     */
    public Branching<V> named(final String name) {
        Objects.requireNonNull(name, "named(…) needs a name");
        if (node.isNamed()) {
            flow.topology().mistake("named " + name, "the branch has a name already: " + node.name());
        } else {
            flow.topology().nameStep(node, name);
        }
        return this;
    }

    /**
     * Names the next case.
     *
     * @param predicate asked when no earlier case took the value.
     * @return the values of this case.
     */
    public Stream<V> when(final Predicate<? super V> predicate) {
        predicates.add(Objects.requireNonNull(predicate, "a case needs a predicate"));
        node.reserve(predicates.size(), "case " + predicates.size());
        return new Stream<>(new Flow<>(flow.topology(), node, predicates.size(), flow.codec()));
    }

    /**
     * The rest.
     *
     * @return the values that no case takes.
     */
    public Stream<V> otherwise() {
        return new Stream<>(new Flow<>(flow.topology(), node, TopologyNode.MAIN, flow.codec()));
    }
}
