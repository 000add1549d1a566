package io.millrace.perf.compare.stream;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Times the trades behind the warm-up: by the clock, and on the processors. Who takes trades one by one calls {@link #onTrade} for
 * each; who takes them in shots calls {@link #begin} and {@link #end} around each.
 *
 * <p>A source that is slowed down by those behind it gives a trade out when one further on was done, so the time between two of
 * its trades is what those behind it took for as many. What is on the way is the same at the beginning and at the end.
 *
 * <p>Calls come from one thread at a time; the figures may be read by another when that one has ended.
 */
public final class StreamMeter {
    private static final LongSupplier NOBODY = () -> 0;

    private final LongSupplier othersCpuNs;
    private final long warmUp;
    private final long total;
    private long startNs;
    private long startCpuNs;
    private volatile long elapsedNs;
    private volatile long cpuNs;
    private volatile boolean isComplete;

    /**
     * Creates one.
     *
     * @param task that is timed.
     */
    public StreamMeter(final StreamTask task) {
        this(task, NOBODY);
    }

    /**
     * Creates one that counts what other processes do, too.
     *
     * @param task        that is timed.
     * @param othersCpuNs time that they have spent on processors, in ns.
     */
    public StreamMeter(final StreamTask task, final LongSupplier othersCpuNs) {
        this.othersCpuNs = othersCpuNs;
        this.warmUp = task.warmUp();
        this.total = task.total();
    }

    /** Creates one that is told by {@link #begin} and {@link #end} alone. */
    public StreamMeter() {
        this.othersCpuNs = NOBODY;
        this.warmUp = -1;
        this.total = -1;
    }

    /**
     * Learns that the next trade is about to be given out, or that there are no more.
     *
     * @param number of the trade, from 0; the number of all trades for the end.
     */
    public void onTrade(final long number) {
        if (number == warmUp) {
            begin();
        } else if (number == total) {
            end();
        }
    }

    /** Begins to measure. */
    public void begin() {
        startCpuNs = cpuTimeNs();
        startNs = System.nanoTime();
    }

    /** Adds what passed since {@link #begin}. */
    public void end() {
        final long endNs = System.nanoTime();
        elapsedNs += endNs - startNs;
        cpuNs += cpuTimeNs() - startCpuNs;
        isComplete = true;
    }

    private long cpuTimeNs() {
        return othersCpuNs.getAsLong()
                + ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime();
    }

    long elapsedNs() {
        if (!isComplete) {
            throw new IllegalStateException("the measured trades have not all been taken");
        }
        return elapsedNs;
    }

    long cpuNs() {
        return cpuNs;
    }
}
