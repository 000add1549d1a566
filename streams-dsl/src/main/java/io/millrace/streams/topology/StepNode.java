package io.millrace.streams.topology;

import io.millrace.operators.core.Operator;
import io.millrace.operators.output.WatermarkGrid;
import java.util.List;
import java.util.Optional;

/**
 * A step between a source or exchange and the sinks.
 *
 * @param <I> type of the values that it takes.
 */
public final class StepNode<I> extends TopologyNode {
    private final Factory<I> factory;
    private String description;
    private StateInfo state;
    private final WindowSplit<?> split;
    private boolean isNamed = true;
    private long graceNs;

    /**
     * Creates a step without state that nobody has named yet.
     *
     * @param generatedName under which it goes until it is {@link #named}.
     * @param kind          of step, for plans.
     * @param factory       that makes the operator for a task.
     */
    public StepNode(final String generatedName, final String kind, final Factory<I> factory) {
        this(generatedName, kind, null, null, factory);
        isNamed = false;
    }

    /**
     * Creates a step.
     *
     * @param name        of the step.
     * @param description for plans; equal to the name where that says it all.
     * @param state       what it keeps, null for nothing.
     * @param split       how it can be done in two, before and behind an exchange; null where it cannot.
     * @param factory     that makes the operator for a task.
     */
    public StepNode(
            final String name,
            final String description,
            final StateInfo state,
            final WindowSplit<?> split,
            final Factory<I> factory) {
        super(name);
        this.factory = factory;
        this.description = description;
        this.state = state;
        this.split = split;
    }

    /**
     * Makes the operator for a task.
     *
     * @param scope of the task, for this node.
     * @param nexts what follows, by port; as many as the node has ports.
     * @return the operator.
     */
    public Operator<I> operator(final StepScope scope, final List<Operator<?>> nexts) {
        return factory.create(scope, nexts);
    }

    /**
     * Says how far the watermark runs ahead before the step makes its results. Said before anything follows the step.
     *
     * @param newGraceNs in ns, not less than the lag of what the step takes.
     */
    public void grace(final long newGraceNs) {
        graceNs = newGraceNs;
    }

    @Override
    public long lagNs(final int port) {
        // What is late came behind the watermark less the grace, so whatever takes it has to wait that long at least.
        return Math.max(graceNs, super.lagNs(port));
    }

    /**
     * What the step keeps.
     *
     * @return description of its state, empty for none.
     */
    public Optional<StateInfo> state() {
        return Optional.ofNullable(state);
    }

    /**
     * How the step can be done in two.
     *
     * @return the two halves, empty where it cannot.
     */
    public Optional<WindowSplit<?>> split() {
        return Optional.ofNullable(split);
    }

    /**
     * Tells a name that was given from a generated one.
     *
     * @return true when somebody named the step.
     */
    public boolean isNamed() {
        return isNamed;
    }

    /**
     * Gives the step a name in the place of the generated one.
     *
     * @param newName of the step.
     * @throws IllegalStateException if it is named already.
     */
    public void named(final String newName) {
        if (isNamed) {
            throw new IllegalStateException("the step is named already: " + name());
        }
        rename(newName);
        isNamed = true;
    }

    /**
     * Tells what the step does and keeps, once an option of it has been set.
     *
     * @param newDescription for plans.
     * @param newState       what it keeps, null for nothing.
     */
    public void describe(final String newDescription, final StateInfo newState) {
        description = newDescription;
        state = newState;
    }

    @Override
    public String describe() {
        return isNamed ? description : name();
    }

    /**
     * Makes operators.
     *
     * @param <I> type of the values that they take.
     */
    @FunctionalInterface
    public interface Factory<I> {
        /**
         * Makes the operator for a task.
         *
         * @param scope of the task, for this node.
         * @param nexts what follows, by port.
         * @return the operator.
         */
        Operator<I> create(StepScope scope, List<Operator<?>> nexts);
    }

    /**
     * What a step keeps.
     *
     * @param description for plans, such as "24 bytes and the key, for each key in each open window".
     * @param grid        points in event time at which it emits, so that watermarks can be left out between them; null for a
     *                    step that does not depend on event time.
     */
    public record StateInfo(String description, WatermarkGrid grid) {}
}
