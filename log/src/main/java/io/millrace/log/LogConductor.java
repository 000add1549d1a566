package io.millrace.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's background thread: prepares the next segment of each partition ahead of its appenders, and fills the
 * checksums of their records behind them.
 */
final class LogConductor implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogConductor.class);
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<LogPartition> partitions = new CopyOnWriteArrayList<>();
    private final LogClock clock;
    private final Thread thread;
    private volatile boolean isRunning = true;

    LogConductor(final String name, final LogClock clock) {
        this.clock = clock;
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(final List<LogPartition> newPartitions) {
        partitions.addAll(newPartitions);
    }

    @Override
    public void run() {
        while (isRunning) {
            if (doWork(System.nanoTime()) == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    /** One duty cycle; returns 0 when there was nothing to do. */
    int doWork(final long nowNs) {
        clock.tick(nowNs);
        int workCount = 0;
        for (final LogPartition partition : partitions) {
            try {
                workCount += partition.prepareNext(nowNs);
                workCount += partition.followTail();
            } catch (final Exception | Error ex) {
                // One partition's trouble must not stop the others; it shows as back-pressure there.
                LOGGER.error("the conductor failed, trying again: {}", partition, ex);
            }
        }
        return workCount;
    }

    /** Ends the thread and waits for the step that it is in, since a partition must not be closed under it. */
    void close() {
        isRunning = false;
        LockSupport.unpark(thread);
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
