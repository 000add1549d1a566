package io.millrace.streams;

import io.millrace.operators.core.ErrorPolicy;
import java.util.function.BiFunction;

/**
 * Replies of an outside.
 *
 * @param <V> type of the values that it was asked with.
 * @param <R> type of the replies.
 */
public final class AsyncStream<V, R> extends Stream<R> {
    private final AsyncStep<V, R> step;

    AsyncStream(final AsyncStep<V, R> step) {
        super(step.replies());
        this.step = step;
    }

    /**
     * Makes a reply where there is none after all attempts; it is appended to the log as any reply. Without this, and where this
     * fails, the value goes where {@link #onError} says.
     *
     * @param function of the value and what the last attempt failed by, a {@link java.util.concurrent.TimeoutException} where
     *                 nothing came in time; never gives null.
     * @return this stream.
     */
    public AsyncStream<V, R> orElse(final BiFunction<? super V, ? super Throwable, ? extends R> function) {
        step.orElse(function);
        return this;
    }

    @Override
    public AsyncStream<V, R> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }
}
