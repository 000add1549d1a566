package io.millrace.streams.topology;

import io.millrace.operators.core.Operator;
import java.util.Optional;

/**
 * A step of a stream that is neither its beginning nor its end.
 *
 * @param <I> type of the values taken.
 * @param <O> type of the values handed on.
 */
public final class StepNode<I, O> extends TopologyNode {
    private final Factory<I, O> factory;
    private final String description;
    private final WindowInfo window;

    /**
     * Creates a node.
     *
     * @param name        of the step.
     * @param description a few words, for plans.
     * @param window      what the planner must know of a window; null for a step without state.
     * @param factory     of the operator.
     */
    public StepNode(final String name, final String description, final WindowInfo window, final Factory<I, O> factory) {
        super(name);
        this.description = description;
        this.window = window;
        this.factory = factory;
    }

    /**
     * Makes the operator.
     *
     * @param scope of the task that it belongs to.
     * @param next  step of the chain; the fluent API has seen to it that it takes what this one hands on.
     * @return the operator.
     */
    @SuppressWarnings("unchecked") // Types were checked where the steps were connected; the graph does not carry them.
    public Operator<I> operator(final TaskScope scope, final Operator<?> next) {
        return factory.create(scope, (Operator<O>) next);
    }

    /**
     * What the planner must know of a window.
     *
     * @return empty for a step without state.
     */
    public Optional<WindowInfo> window() {
        return Optional.ofNullable(window);
    }

    @Override
    public String describe() {
        return description;
    }

    /**
     * Makes the operator of a step, one for each task.
     *
     * @param <I> type of the values taken.
     * @param <O> type of the values handed on.
     */
    @FunctionalInterface
    public interface Factory<I, O> {
        /**
         * Makes an operator.
         *
         * @param scope of the task that it belongs to.
         * @param next  step of the chain.
         * @return the operator.
         */
        Operator<I> create(TaskScope scope, Operator<O> next);
    }

    /**
     * What the planner must know of a window.
     *
     * @param sizeNs     of the window, in ns.
     * @param graceNs    of the window, in ns.
     * @param stateBytes state of one key in one window, in bytes.
     * @param lateTopic  that takes late records; null if they are only counted.
     */
    public record WindowInfo(long sizeNs, long graceNs, int stateBytes, String lateTopic) {}
}
