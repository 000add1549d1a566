package io.millrace.torture.job;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What {@link TopologyName#ASYNC} asks: gives the square of an amount, soon or after a while. It never says anything of what can
 * be divided by a number of its own, and refuses what can be divided by 11 when it is asked for the first time. Any threads.
 */
final class Outside {
    private static final int ID = 0;
    private static final int AMOUNT = 1;
    private static final int REFUSED_FIRST = 11;
    private static final int ONE_IN_SLOW = 16;
    private static final Executor SLOW = CompletableFuture.delayedExecutor(1_500, TimeUnit.MICROSECONDS);

    private final int never;
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();

    Outside(final int never) {
        this.never = never;
    }

    CompletionStage<long[]> ask(final long[] value) {
        final long amount = value[AMOUNT];
        if (amount % never == 0 || amount % REFUSED_FIRST == 0 && refused.add(value[ID])) {
            return CompletableFuture.failedFuture(new IOException("refused"));
        }
        final long[] reply = {value[ID], amount * amount};
        return amount % ONE_IN_SLOW == 0
                ? CompletableFuture.supplyAsync(() -> reply, SLOW)
                : CompletableFuture.supplyAsync(() -> reply);
    }
}
