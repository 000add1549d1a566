package io.millrace.operators.core;

/**
 * An operator in the middle of a chain: it has a name and a next step, and lets watermarks through.
 *
 * @param <I> type of the values it takes.
 * @param <O> type of the values it hands on.
 */
public abstract class Step<I, O> implements Operator<I> {
    /** Name of the step, unique in its topology; errors carry it. */
    protected final String name;

    /** The step that takes what this one hands on. */
    protected final Operator<? super O> next;

    /**
     * Assigns name and next step.
     *
     * @param name of the step.
     * @param next step of the chain.
     */
    protected Step(final String name, final Operator<? super O> next) {
        this.name = name;
        this.next = next;
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        next.onWatermark(context, watermarkNs);
    }

    /**
     * Wraps what a user's function threw, so that the error names this operator.
     *
     * @param cause thrown by the function.
     * @return the exception to throw.
     */
    protected final OperatorException failed(final Exception cause) {
        return new OperatorException(name, cause);
    }
}
