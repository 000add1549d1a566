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
     * @param name      of the step.
     * @param predicate that accepts a value.
     * @param next      step of the chain.
     */
    public FilterOperator(final String name, final Predicate<? super V> predicate, final Operator<? super V> next) {
        super(name, next);
        this.predicate = predicate;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        if (accepts(value)) {
            next.process(context, value);
        }
    }

    private boolean accepts(final V value) {
        try {
            return predicate.test(value);
        } catch (final Exception e) {
            throw failed(e);
        }
    }
}
