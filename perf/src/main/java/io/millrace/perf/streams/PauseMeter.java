package io.millrace.perf.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads a partition and measures how long nothing came, by the thread that calls it. It rests between two polls, so as not to
 * take a core from those that it measures. Records have to come in the order of their sequences, none left out.
 */
final class PauseMeter implements AutoCloseable {
    private static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final int LIMIT = 10_000;

    private final LogReader reader;
    private final PacedInput input;
    private long nextSequence;

    PauseMeter(final LogPartition partition, final PacedInput input) {
        this.input = input;
        this.reader = partition.reader();
    }

    /** Reads to the end of what is there, then does something and measures over a window from then on. */
    ReplicaPause.Pause over(final long windowNs, final Runnable atBegin) {
        while (reader.poll(this::onRecord, LIMIT) > 0) {
            // What came before.
        }
        awaitOutput();
        input.restart();
        atBegin.run();
        final long startNs = System.nanoTime();
        long outputNs = 0;
        long readerNs = 0;
        long lastOutputNs = startNs;
        long lastPollNs = startNs;
        while (lastPollNs - startNs < windowNs) {
            final int records = reader.poll(this::onRecord, LIMIT);
            final long nowNs = System.nanoTime();
            readerNs = Math.max(readerNs, nowNs - lastPollNs);
            outputNs = Math.max(outputNs, nowNs - lastOutputNs);
            lastPollNs = nowNs;
            if (records > 0) {
                lastOutputNs = nowNs;
            }
            LockSupport.parkNanos(REST_NS);
        }
        return new ReplicaPause.Pause(outputNs, readerNs, input.longestNs());
    }

    private void awaitOutput() {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (reader.poll(this::onRecord, LIMIT) == 0) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("no output within 10 s");
            }
            LockSupport.parkNanos(REST_NS);
        }
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.sequence() != nextSequence++) {
            throw new IllegalStateException(
                    "outputs are lost or doubled: expected=" + (nextSequence - 1) + " actual=" + record.sequence());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
