package io.millrace.operators.core;

import java.util.function.Function;

/**
 * Hands on what a function makes of each value.
 *
 * @param <I> type of the values taken.
 * @param <O> type of the values made.
 */
public final class MapOperator<I, O> extends Step<I, O> {
    private final Function<? super I, ? extends O> function;

    /**
     * Creates the operator.
     *
     * @param name     of the step.
     * @param function from a value to the value handed on; it must not return null.
     * @param next     step of the chain.
     */
    public MapOperator(
            final String name, final Function<? super I, ? extends O> function, final Operator<? super O> next) {
        super(name, next);
        this.function = function;
    }

    @Override
    public void process(final RecordContext context, final I value) {
        next.process(context, apply(value));
    }

    private O apply(final I value) {
        final O result;
        try {
            result = function.apply(value);
        } catch (final Exception e) {
            throw failed(e);
        }
        if (result == null) {
            throw failed(new NullPointerException("the function returned null; use filter to leave a value out"));
        }
        return result;
    }
}
