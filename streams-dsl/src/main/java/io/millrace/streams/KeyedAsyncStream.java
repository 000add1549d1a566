package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import java.util.function.BiFunction;

/**
 * Replies of an outside, under the keys of what it was asked with.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values that it was asked with.
 * @param <R> type of the replies.
 */
public final class KeyedAsyncStream<K, V, R> extends KeyedStream<K, R> {
    private final AsyncStep<V, R> step;

    KeyedAsyncStream(final AsyncStep<V, R> step, final Codec<K> keyCodec) {
        super(step.replies(), keyCodec);
        this.step = step;
    }

    /**
     * Makes a reply where there is none after all attempts, see {@link AsyncStream#orElse}.
     *
     * @param function of the value and what the last attempt failed by; never gives null.
     * @return this stream.
     */
    public KeyedAsyncStream<K, V, R> orElse(final BiFunction<? super V, ? super Throwable, ? extends R> function) {
        step.orElse(function);
        return this;
    }

    @Override
    public KeyedAsyncStream<K, V, R> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }
}
