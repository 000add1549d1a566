package io.millrace.perf.compare.latency;

import io.millrace.perf.compare.stream.ResultSum;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Takes each result and how long after the intended time of its trade it came; the first ones only warm up. Results come from one thread,
 * in the order of the trades; others may ask whether all are there, and for the outcome then.
 */
public final class LatencyMeter {
    private static final long MAX_NS = TimeUnit.MINUTES.toNanos(2);
    private static final long MAX_BEGIN_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int DIGITS = 3;

    private final Histogram first = new Histogram(MAX_NS, DIGITS);
    private final Histogram second = new Histogram(MAX_NS, DIGITS);
    private final ResultSum sum = new ResultSum();
    private final int warmUp;
    private final int middle;
    private final int total;
    private int count;
    private long beginMs;
    private long endMs;
    private long beginCpuNs;
    private long endCpuNs;
    private volatile boolean isComplete;

    /**
     * Creates one.
     *
     * @param warmUp   results that do not count.
     * @param measured results that do.
     */
    public LatencyMeter(final int warmUp, final int measured) {
        this.warmUp = warmUp;
        this.middle = warmUp + measured / 2;
        this.total = Math.addExact(warmUp, measured);
    }

    /**
     * Takes a result.
     *
     * @param dueNs        when its trade was due.
     * @param instrumentId of the trade.
     * @param trades       of the instrument, this one included.
     * @param quantity     sum of theirs.
     * @param vwap         sum of price times quantity, divided by the quantity and rounded down.
     */
    public void onResult(
            final long dueNs, final long instrumentId, final long trades, final long quantity, final long vwap) {
        final long latencyNs = Math.min(MAX_NS, Math.max(0, System.nanoTime() - dueNs));
        sum.add(instrumentId, 0, trades, quantity, vwap);
        if (count == warmUp) {
            beginMs = System.currentTimeMillis();
            beginCpuNs = processCpuNs();
        }
        count++;
        if (count > warmUp) {
            (count <= middle ? first : second).recordValue(latencyNs);
        }
        if (count == total) {
            end();
            isComplete = true;
        }
    }

    private void end() {
        endMs = System.currentTimeMillis();
        endCpuNs = processCpuNs();
    }

    private static long processCpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /**
     * Tells whether all results have come.
     *
     * @return true from then on.
     */
    public boolean isComplete() {
        return isComplete;
    }

    /**
     * Waits until all results have come, or it is too late for them. By a thread that has nothing else to do.
     *
     * @param pace of the trades.
     */
    public void await(final Pace pace) {
        final long startNs = System.nanoTime();
        while (!isComplete && !pace.isOver(System.nanoTime())) {
            if (!pace.hasBegun() && System.nanoTime() - startNs > MAX_BEGIN_NS) {
                throw new IllegalStateException("no trade was given out within a minute");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /**
     * What was measured; when nobody takes results any more.
     *
     * @param latencyCase that was run.
     * @return the outcome.
     */
    public LatencyOutcome outcome(final LatencyCase latencyCase) {
        if (!isComplete) {
            end();
        }
        return new LatencyOutcome(
                latencyCase,
                isComplete,
                count,
                sum.checksum(),
                beginMs == 0 ? endMs : beginMs,
                endMs,
                count > warmUp ? (double) (endCpuNs - beginCpuNs) / (count - warmUp) : 0,
                first,
                second);
    }
}
