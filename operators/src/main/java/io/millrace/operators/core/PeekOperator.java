package io.millrace.operators.core;

import java.util.function.Consumer;

/**
 * Shows each value to a consumer and hands it on unchanged. On a replay the consumer sees the values again.
 *
 * @param <V> type of the values.
 */
public final class PeekOperator<V> extends Step<V, V> {
    private final Consumer<? super V> consumer;

    /**
     * Creates the operator.
     *
     * @param name     of the step.
     * @param consumer that looks at a value.
     * @param next     step of the chain.
     */
    public PeekOperator(final String name, final Consumer<? super V> consumer, final Operator<? super V> next) {
        super(name, next);
        this.consumer = consumer;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        try {
            consumer.accept(value);
        } catch (final Exception e) {
            throw failed(e);
        }
        next.process(context, value);
    }
}
