package io.millrace.operators.core;

import java.util.function.Consumer;

/**
 * Shows each value to a consumer and hands it on.
 *
 * @param <V> type of the values.
 */
public final class PeekOperator<V> extends Step<V, V> {
    private final Consumer<? super V> consumer;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param consumer that is shown the values.
     * @param next     step of the chain.
     */
    public PeekOperator(
            final FailureHandler failures, final Consumer<? super V> consumer, final Operator<? super V> next) {
        super(failures, next);
        this.consumer = consumer;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        try {
            consumer.accept(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        next.process(context, value);
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        next.prefetch(context, value);
    }
}
