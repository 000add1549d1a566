package io.millrace.streams.effect;

import io.millrace.operators.effect.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A call from its first attempt to its reply in the log. Of the thread that calls. */
final class OpenCall {
    private final Call call;
    private CompletionStage<?> stage;
    private int attempts;
    private boolean isTrying;
    private long dueNs;

    OpenCall(final Call call) {
        this.call = call;
    }

    Call call() {
        return call;
    }

    /** Number of the attempt that is under way, or was the last. */
    int attempts() {
        return attempts;
    }

    void begin(final long deadlineNs) {
        attempts++;
        isTrying = true;
        dueNs = deadlineNs;
        stage = null;
    }

    void answeredBy(final CompletionStage<?> newStage) {
        stage = newStage;
    }

    boolean isTrying(final int attempt) {
        return isTrying && attempts == attempt;
    }

    boolean isTrying() {
        return isTrying;
    }

    void end() {
        isTrying = false;
        stage = null;
    }

    void retryAt(final long timeNs) {
        dueNs = timeNs;
    }

    /** When its attempt has taken too long, or when the next one is to begin. */
    boolean isDue(final long nowNs) {
        return nowNs - dueNs >= 0;
    }

    /** Lets the outside know that nobody waits any more; whether it cares is its own affair. */
    void abandon() {
        final CompletionStage<?> abandoned = stage;
        end();
        if (abandoned != null) {
            try {
                final CompletableFuture<?> future = abandoned.toCompletableFuture();
                future.cancel(true);
            } catch (final UnsupportedOperationException e) {
                // A stage that cannot be made a future cannot be cancelled; its answer is left out when it comes.
            }
        }
    }
}
