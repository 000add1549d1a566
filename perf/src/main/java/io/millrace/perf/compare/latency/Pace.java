package io.millrace.perf.compare.latency;

import java.util.concurrent.TimeUnit;

/**
 * When trades are due: one each interval, from when it begins. Whoever is late gives out at once what was missed, and the lateness counts.
 * It begins by the thread that gives trades out; the others may ask then.
 */
public final class Pace {
    private static final long DELAY_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(3);

    private final long intervalNs;
    private final int total;
    private long startNs;
    private volatile boolean hasBegun;

    /**
     * Creates one that has not begun.
     *
     * @param intervalNs from one trade to the next.
     * @param total      number of trades.
     */
    public Pace(final long intervalNs, final int total) {
        this.intervalNs = intervalNs;
        this.total = total;
    }

    /** Begins in a moment, unless it has begun. */
    public void begin() {
        if (!hasBegun) {
            startNs = System.nanoTime() + DELAY_NS;
            hasBegun = true;
        }
    }

    /**
     * Tells whether it has begun.
     *
     * @return true from then on.
     */
    public boolean hasBegun() {
        return hasBegun;
    }

    /**
     * Number of trades.
     *
     * @return all of them.
     */
    public int total() {
        return total;
    }

    /**
     * From one trade to the next.
     *
     * @return ns.
     */
    public long intervalNs() {
        return intervalNs;
    }

    /**
     * How many trades are due; only when it has begun.
     *
     * @param nowNs of {@link System#nanoTime()}.
     * @return at most all.
     */
    public int dueAt(final long nowNs) {
        final long sinceNs = nowNs - startNs;
        return sinceNs < 0 ? 0 : (int) Math.min(total, sinceNs / intervalNs + 1);
    }

    /**
     * When a trade is due; only when it has begun.
     *
     * @param number of the trade, from 0.
     * @return time of {@link System#nanoTime()}.
     */
    public long dueNs(final long number) {
        return startNs + number * intervalNs;
    }

    /**
     * Tells whether to wait no longer for results: seconds after the last trade was due.
     *
     * @param nowNs of {@link System#nanoTime()}.
     * @return true when it is too late.
     */
    public boolean isOver(final long nowNs) {
        return hasBegun && nowNs - dueNs(total) > GRACE_NS;
    }
}
