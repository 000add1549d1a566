package io.millrace.perf.compare.latency.child;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says when a process has warmed up: when the compiler had little to do in a whole round, or all of it has taken long enough. */
final class WarmUp {
    /** The part of a round's time in which a quiet compiler works, all its threads together. */
    private static final double QUIET_SHARE = 0.05;

    private static final int MIN_ROUNDS = 2;

    private final LongSupplier clockMs;
    private final LongSupplier compilerMs;
    private final long longestMs;
    private final long startMs;
    private long roundStartMs;
    private long roundCompilerMs;
    private int rounds;

    /**
     * Begins to warm up.
     *
     * @param clockMs    tells the time.
     * @param compilerMs tells for how long the compiler has worked.
     * @param longestMs  no round begins after so long; with 0 there is one.
     */
    WarmUp(final LongSupplier clockMs, final LongSupplier compilerMs, final long longestMs) {
        this.clockMs = clockMs;
        this.compilerMs = compilerMs;
        this.longestMs = longestMs;
        this.startMs = clockMs.getAsLong();
    }

    /** Begins to warm up this process. */
    static WarmUp ofProcess(final long longestMs) {
        return new WarmUp(
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                () -> ManagementFactory.getCompilationMXBean().getTotalCompilationTime(),
                longestMs);
    }

    /** Rounds that have begun. */
    int rounds() {
        return rounds;
    }

    void beginRound() {
        rounds++;
        roundStartMs = clockMs.getAsLong();
        roundCompilerMs = compilerMs.getAsLong();
    }

    /** Whether the round that has just ended was the last one that is needed. */
    boolean isOver() {
        final long nowMs = clockMs.getAsLong();
        final boolean isQuiet =
                compilerMs.getAsLong() - roundCompilerMs < QUIET_SHARE * (nowMs - roundStartMs) && rounds >= MIN_ROUNDS;
        return isQuiet || nowMs - startMs >= longestMs;
    }
}
