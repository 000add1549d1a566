package io.millrace.perf.compare;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Sleeps a millisecond at a time, in a thread of this process, and keeps how much longer it took each time: what the machine does to
 * a thread that has nothing to do with what is measured in the other process, and none of its collector's pauses.
 */
final class HiccupMeter {
    private static final long SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_NS = TimeUnit.MINUTES.toNanos(2);
    private static final int DIGITS = 3;
    private static final int FIRST_CAPACITY = 1 << 16;

    private final Thread thread = new Thread(this::run, "hiccups");
    private long[] timesMs = new long[FIRST_CAPACITY];
    private long[] gapsNs = new long[FIRST_CAPACITY];
    private int count;
    private volatile boolean isStopped;

    HiccupMeter() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!isStopped) {
            final long startNs = System.nanoTime();
            LockSupport.parkNanos(SLEEP_NS);
            add(System.currentTimeMillis(), System.nanoTime() - startNs - SLEEP_NS);
        }
    }

    private void add(final long timeMs, final long gapNs) {
        if (count == timesMs.length) {
            timesMs = Arrays.copyOf(timesMs, 2 * count);
            gapsNs = Arrays.copyOf(gapsNs, 2 * count);
        }
        timesMs[count] = timeMs;
        gapsNs[count] = Math.max(0, gapNs);
        count++;
    }

    /** Those that ended between two times of the clock on the wall; after {@link #stop()}. */
    Histogram between(final long beginMs, final long endMs) {
        final Histogram histogram = new Histogram(MAX_NS, DIGITS);
        for (int i = 0; i < count; i++) {
            if (timesMs[i] >= beginMs && timesMs[i] <= endMs) {
                // Whoever wanted to wake meanwhile would have had to wait as well.
                histogram.recordValueWithExpectedInterval(Math.min(MAX_NS, gapsNs[i]), SLEEP_NS);
            }
        }
        return histogram;
    }

    /** Ends the thread. */
    void stop() throws InterruptedException {
        isStopped = true;
        thread.join();
    }
}
