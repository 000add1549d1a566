package io.millrace.log;

import org.agrona.concurrent.EpochNanoClock;

/**
 * The clock of a store, and the tick of its conductor, which tells appenders for nothing that time has passed.
 *
 * <p>Reading the system's clock takes three times as long as an append. So a {@link WriterClock} uses one reading for
 * several records, but never across a tick. A clock that somebody has set is asked for every record.
 */
final class LogClock {
    private final EpochNanoClock clock;
    private final boolean isShareable;
    private volatile long tickNs;

    /**
     * Creates the clock of a store.
     *
     * @param clock       to read.
     * @param isShareable whether several records may share one reading.
     */
    LogClock(final EpochNanoClock clock, final boolean isShareable) {
        this.clock = clock;
        this.isShareable = isShareable;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    boolean isShareable() {
        return isShareable;
    }

    /** What the conductor stored in its last duty cycle. */
    long tickNs() {
        return tickNs;
    }

    /** Tells all appenders to read the clock again. By the conductor's thread, once per duty cycle. */
    void tick(final long nowNs) {
        tickNs = nowNs;
    }
}
