package io.millrace.operators.core;

/**
 * An operator in the middle of a chain: it has a next step, lets time through, and knows what to do when a user's
 * function fails.
 *
 * @param <I> type of the values it takes.
 * @param <O> type of the values it hands on.
 */
public abstract class Step<I, O> implements Operator<I> {
    /** Takes what a user's function throws, under this step's name and error policy. */
    protected final FailureHandler failures;

    /** The step that takes what this one hands on. */
    protected final Operator<? super O> next;

    /**
     * Assigns the failure handler and the next step.
     *
     * @param failures of the step.
     * @param next     step of the chain.
     */
    protected Step(final FailureHandler failures, final Operator<? super O> next) {
        this.failures = failures;
        this.next = next;
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        next.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
    }
}
