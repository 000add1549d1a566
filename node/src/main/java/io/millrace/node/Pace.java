package io.millrace.node;

import java.util.concurrent.TimeUnit;

/**
 * Lets through so many at once, and from then on so many a second: what was not used is saved up to the number that may pass at once. One
 * thread.
 */
final class Pace {
    private final long intervalNs;
    private final long burstNs;
    private long spentUntilNs;

    Pace(final int atOnce, final int perSecond, final long nowNs) {
        this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burstNs = intervalNs * atOnce;
        this.spentUntilNs = nowNs;
    }

    /** Whether one more may pass now; if so, it has. */
    boolean take(final long nowNs) {
        // Time that has gone by unused does not count for longer than the burst: it begins at now.
        final long spentNs = Math.max(0, spentUntilNs - nowNs);
        if (spentNs + intervalNs > burstNs) {
            return false;
        }
        spentUntilNs = nowNs + spentNs + intervalNs;
        return true;
    }
}
