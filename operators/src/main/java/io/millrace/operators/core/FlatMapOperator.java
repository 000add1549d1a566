package io.millrace.operators.core;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Hands on any number of values for each one, in the order in which the function gives them.
 *
 * @param <I> type of the values it takes.
 * @param <O> type of the values it hands on.
 */
public final class FlatMapOperator<I, O> extends Step<I, O> implements Consumer<O> {
    private final BiConsumer<? super I, ? super Consumer<O>> function;
    private RecordContext current;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param function that gives the values made of one to a consumer, inside the call.
     * @param next     step of the chain.
     */
    public FlatMapOperator(
            final FailureHandler failures,
            final BiConsumer<? super I, ? super Consumer<O>> function,
            final Operator<? super O> next) {
        super(failures, next);
        this.function = function;
    }

    @Override
    public void process(final RecordContext context, final I value) {
        current = context;
        try {
            function.accept(value, this);
        } catch (final Exception e) {
            failures.onFailure(context, e);
        } finally {
            current = null;
        }
    }

    /**
     * Hands on one of the values that the function makes.
     *
     * @param value not null.
     * @throws IllegalStateException outside of a call of the function.
     */
    @Override
    public void accept(final O value) {
        final RecordContext context = current;
        if (context == null) {
            throw new IllegalStateException("a flatMap function may emit inside its call only");
        }
        if (value == null) {
            throw new NullPointerException("the function emitted null; a value is never null");
        }
        next.process(context, value);
    }
}
