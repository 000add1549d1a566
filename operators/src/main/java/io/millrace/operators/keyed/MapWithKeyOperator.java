package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import java.util.function.BiFunction;

/**
 * Hands on what a function makes of each key and value.
 *
 * @param <K> type of the keys.
 * @param <I> type of the values it takes.
 * @param <O> type of the values it hands on.
 */
public final class MapWithKeyOperator<K, I, O> extends Step<I, O> {
    private final Codec<K> keyCodec;
    private final BiFunction<? super K, ? super I, ? extends O> function;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param keyCodec of this task, that decodes keys.
     * @param function that makes one value of a key and another value, never null.
     * @param next     step of the chain.
     */
    public MapWithKeyOperator(
            final FailureHandler failures,
            final Codec<K> keyCodec,
            final BiFunction<? super K, ? super I, ? extends O> function,
            final Operator<? super O> next) {
        super(failures, next);
        this.keyCodec = keyCodec;
        this.function = function;
    }

    @Override
    public void process(final RecordContext context, final I value) {
        final O result;
        try {
            // Decoding is part of it: a topic that was written with other keys fails here.
            result = function.apply(
                    keyCodec.decode(context.keyBuffer(), context.keyOffset(), context.keyLength()), value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        if (result == null) {
            failures.onFailure(
                    context,
                    new NullPointerException("the function returned null; use flatMapValues to leave a value out"));
            return;
        }
        next.process(context, result);
    }
}
