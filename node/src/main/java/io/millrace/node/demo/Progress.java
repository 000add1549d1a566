package io.millrace.node.demo;

import java.util.Locale;

/**
 * How far the replay is.
 *
 * @param sent      trades sent so far, those the node held before included.
 * @param total     trades to send.
 * @param held      trades that the node held before this run.
 * @param elapsedNs since the first trade was sent.
 * @param durationNs after which the input ends, {@link Long#MAX_VALUE} for none.
 * @param candles   that have arrived.
 * @param p50Ns     median latency so far, 0 before the first.
 * @param p99Ns     latency that 99 of 100 candles stay below.
 */
record Progress(int sent, int total, int held, long elapsedNs, long durationNs, int candles, long p50Ns, long p99Ns) {
    private static final double NS_PER_SECOND = 1e9;
    private static final double NS_PER_MS = 1e6;

    /** Whether the first trade that the node did not hold was sent. */
    boolean isPaced() {
        return elapsedNs > 0;
    }

    double tradesPerSecond() {
        return elapsedNs <= 0 ? 0 : Math.max(0, sent - held) * NS_PER_SECOND / elapsedNs;
    }

    /** Seconds to the end at the rate so far, or until the input ends anyway; -1 while that is unknown. */
    long secondsLeft() {
        final double rate = tradesPerSecond();
        final double secondsAllowed = Math.max(0, durationNs - elapsedNs) / NS_PER_SECOND;
        return rate <= 0 ? -1 : Math.round(Math.min((total - sent) / rate, secondsAllowed));
    }

    int percent() {
        return total == 0 ? 100 : (int) (100L * sent / total);
    }

    String latency() {
        return p50Ns == 0 ? "" : "latency p50 " + milliseconds(p50Ns) + ", p99 " + milliseconds(p99Ns);
    }

    /** A time span as people read it, for example {@code 0.42 ms}. */
    static String milliseconds(final long ns) {
        final double ms = ns / NS_PER_MS;
        return String.format(Locale.ROOT, ms < 10 ? "%.2f ms" : ms < 100 ? "%.1f ms" : "%,.0f ms", ms);
    }

    /** A count of things, for example {@code 1 trade} or {@code 15,863 trades}. */
    static String count(final long count, final String thing) {
        return number(count) + " " + thing + (count == 1 ? "" : "s");
    }

    /** A count with separators, for example {@code 15,863}. */
    static String number(final long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
