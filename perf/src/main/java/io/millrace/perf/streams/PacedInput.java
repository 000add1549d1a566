package io.millrace.perf.streams;

import io.millrace.log.LogAppender;
import io.millrace.log.LogStore;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** Appends numbers from 0 to topic {@code in} at an even pace, from a thread of its own. */
final class PacedInput {
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int SECOND_NS = 1_000_000_000;

    private final LogAppender appender;
    private final long rate;
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final int keys;
    private final Thread thread = new Thread(this::run, "paced-input");
    private volatile boolean isStopped;
    private volatile long longestNs;

    PacedInput(final LogStore store, final long rate, final int keys) {
        this.appender = store.topic("in").partition(0).appender();
        this.rate = rate;
        this.keys = keys;
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        isStopped = true;
        thread.join();
    }

    /** Forgets how long it was off its core. */
    void restart() {
        longestNs = 0;
    }

    /** The longest time between two rounds since then. */
    long longestNs() {
        return longestNs;
    }

    private void run() {
        final long startNs = System.nanoTime();
        long lastNs = startNs;
        long number = 0;
        while (!isStopped) {
            final long nowNs = System.nanoTime();
            if (nowNs - lastNs > longestNs) {
                longestNs = nowNs - lastNs;
            }
            lastNs = nowNs;
            final long dueNumber = (nowNs - startNs) * rate / SECOND_NS;
            while (number < dueNumber) {
                append(number++);
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private void append(final long number) {
        value.putLong(0, number, ByteOrder.LITTLE_ENDIAN);
        key.putLong(0, number % keys, ByteOrder.LITTLE_ENDIAN);
        long outcome;
        do {
            outcome = appender.append(RecordKind.DATA, number, key, 0, Long.BYTES, value, 0, Long.BYTES);
        } while (outcome == Outcome.BACK_PRESSURED);
        if (outcome < 0) {
            throw new IllegalStateException("cannot append: outcome=" + Outcome.name(outcome));
        }
    }
}
