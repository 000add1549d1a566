package io.millrace.operators.core;

import java.util.function.Predicate;

/**
 * Hands on the values that a predicate accepts.
 *
 * @param <V> type of the values.
 */
public final class FilterOperator<V> extends Step<V, V> {
    private final Predicate<? super V> predicate;

    /**
     * Creates the operator.
     *
     * @param failures  of the step.
     * @param predicate true for what passes.
     * @param next      step of the chain.
     */
    public FilterOperator(
            final FailureHandler failures, final Predicate<? super V> predicate, final Operator<? super V> next) {
        super(failures, next);
        this.predicate = predicate;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final boolean isAccepted;
        try {
            isAccepted = predicate.test(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        if (isAccepted) {
            next.process(context, value);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        // A value that will be left out is brought near for nothing, which is cheaper than to ask the predicate twice.
        next.prefetch(context, value);
    }
}
