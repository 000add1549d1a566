package io.millrace.operators.core;

import java.util.function.Function;

/**
 * Hands on what a function makes of each value.
 *
 * @param <I> type of the values it takes.
 * @param <O> type of the values it hands on.
 */
public final class MapOperator<I, O> extends Step<I, O> {
    private final Function<? super I, ? extends O> function;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param function that makes one value of another, never null.
     * @param next     step of the chain.
     */
    public MapOperator(
            final FailureHandler failures,
            final Function<? super I, ? extends O> function,
            final Operator<? super O> next) {
        super(failures, next);
        this.function = function;
    }

    @Override
    public void process(final RecordContext context, final I value) {
        final O result;
        try {
            result = function.apply(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        if (result == null) {
            failures.onFailure(
                    context,
                    new NullPointerException("the function returned null; use filter or flatMap to leave a value out"));
            return;
        }
        next.process(context, result);
    }
}
