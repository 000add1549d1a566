package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;

/**
 * Shows each value together with its key.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class KeyedOperator<K, V> extends Step<V, Keyed<K, V>> {
    private final Keyed<K, V> keyed;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param keyCodec of this task, that decodes keys.
     * @param next     step of the chain.
     */
    public KeyedOperator(
            final FailureHandler failures, final Codec<K> keyCodec, final Operator<? super Keyed<K, V>> next) {
        super(failures, next);
        this.keyed = new Keyed<>(keyCodec);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        keyed.wrap(context, value);
        next.process(context, keyed);
    }
}
