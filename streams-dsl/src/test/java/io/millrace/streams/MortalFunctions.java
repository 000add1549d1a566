package io.millrace.streams;

import java.util.concurrent.atomic.AtomicInteger;

/** Kills the thread of whoever calls it for the n-th time, up to a number of times. Any thread. */
final class MortalFunctions {
    private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger deaths = new AtomicInteger();

    /** Has the n-th call from now on die. */
    void arm(final int calls) {
        callsLeft.set(calls);
    }

    int deaths() {
        return deaths.get();
    }

    /** Passes a value on, or dies. */
    <T> T pass(final T value) {
        if (callsLeft.get() < Integer.MAX_VALUE && callsLeft.decrementAndGet() == 0) {
            callsLeft.set(Integer.MAX_VALUE);
            deaths.incrementAndGet();
            throw new AssertionError("killed by the test");
        }
        return value;
    }
}
