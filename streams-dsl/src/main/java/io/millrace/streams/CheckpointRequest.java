package io.millrace.streams;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A checkpoint of all tasks that somebody has asked for; each thread of the job does its share. */
final class CheckpointRequest {
    private final CompletableFuture<Void> future = new CompletableFuture<>();
    private final AtomicInteger sharesLeft;

    CheckpointRequest(final int shares) {
        this.sharesLeft = new AtomicInteger(shares);
    }

    void shareDone() {
        if (sharesLeft.decrementAndGet() == 0) {
            future.complete(null);
        }
    }

    void refuse(final String why) {
        future.completeExceptionally(new IllegalStateException(why));
    }

    CompletableFuture<Void> future() {
        return future;
    }
}
