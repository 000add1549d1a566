package io.millrace.log;

/**
 * The log times of one writer, which never go back. One thread.
 *
 * <p>A reading of the clock serves as many records as the writer appends in about {@link #AIM_NS}, judged by how many it
 * appended since the reading before, at most {@link #MAX_SHARING}, and none after the conductor's next tick. So a writer
 * that appends less than one record per microsecond reads the clock for each; one at full speed reads it for every 64th,
 * which lags by less than a microsecond then. When the pace drops all of a sudden, the tick, a millisecond away, ends the
 * sharing. Why so: decision 0011.
 */
final class WriterClock extends PaddedState {
    /** Most records that share a reading: makes its cost small beside that of an append. */
    static final int MAX_SHARING = 64;

    /** How old a reading may grow at a steady pace. */
    static final long AIM_NS = 1_000;

    private final LogClock clock;
    private final boolean isShareable;
    private long timeNs;
    private long readNs;
    private long tickNs;
    private int granted;
    private int remaining;

    WriterClock(final LogClock clock, final long notBeforeNs) {
        this.clock = clock;
        this.isShareable = clock.isShareable();
        this.timeNs = notBeforeNs;
    }

    /** The log time for the next record, or for all records of a batch. */
    long next() {
        if (remaining > 0 && clock.tickNs() == tickNs) {
            remaining--;
            return timeNs;
        }
        return read();
    }

    private long read() {
        if (isShareable) {
            tickNs = clock.tickNs();
        }
        final long nowNs = clock.nanoTime();
        if (isShareable) {
            grant(nowNs - readNs);
            readNs = nowNs;
        }
        timeNs = Math.max(timeNs, nowNs);
        return timeNs;
    }

    private void grant(final long elapsedNs) {
        final long served = 1 + granted - remaining;
        final long sharing = elapsedNs <= 0 ? 1 : Math.min(MAX_SHARING, served * AIM_NS / elapsedNs);
        granted = (int) Math.max(0, sharing - 1);
        remaining = granted;
    }
}
