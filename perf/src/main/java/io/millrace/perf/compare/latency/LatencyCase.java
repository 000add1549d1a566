package io.millrace.perf.compare.latency;

import java.util.concurrent.TimeUnit;

/**
 * S6 at one rate: sums over all trades of an instrument so far, with a result for each trade.
 *
 * @param rate           trades a second; a divisor of a milliard.
 * @param isCheckpointed exactly once and with a checkpoint each second, or with none.
 */
public record LatencyCase(int rate, boolean isCheckpointed) {
    /** Number of instruments. */
    public static final int KEYS = 1_000;

    private static final String CHECKPOINTED = "c";

    /**
     * Reads what {@link #id()} wrote.
     *
     * @param id of a case.
     * @return the case.
     */
    public static LatencyCase of(final String id) {
        final boolean isCheckpointed = id.endsWith(CHECKPOINTED);
        return new LatencyCase(
                Integer.parseInt(isCheckpointed ? id.substring(0, id.length() - 1) : id), isCheckpointed);
    }

    /**
     * A short name.
     *
     * @return the rate, with a letter behind it for checkpoints.
     */
    public String id() {
        return rate + (isCheckpointed ? CHECKPOINTED : "");
    }

    /**
     * From when a trade is due to when the next is.
     *
     * @return ns.
     */
    public long intervalNs() {
        return TimeUnit.SECONDS.toNanos(1) / rate;
    }
}
