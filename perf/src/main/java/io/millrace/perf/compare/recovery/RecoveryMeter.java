package io.millrace.perf.compare.recovery;

import io.millrace.perf.compare.stream.ResultSum;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Notes when the first new result comes, and adds up as many behind it as show that the state is all there. Results come by one thread. */
public final class RecoveryMeter {
    /** Results that are compared with what the loop finds. */
    public static final int COUNT = 5_000;

    private static final long NONE = -1;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ResultSum sum = new ResultSum();
    private long firstMs;
    private long firstNumber = NONE;
    private volatile boolean isComplete;

    /** Creates one that waits for the first. */
    public RecoveryMeter() {}

    /**
     * Takes a result; those beyond the last that is asked for are left out.
     *
     * @param number       of its trade; each result's is one more than that before.
     * @param instrumentId of the trade.
     * @param trades       of the instrument, this one included.
     * @param quantity     sum of theirs.
     * @param vwap         sum of price times quantity, divided by the quantity and rounded down.
     */
    public void onResult(
            final long number, final long instrumentId, final long trades, final long quantity, final long vwap) {
        if (isComplete) {
            return;
        }
        if (firstNumber == NONE) {
            firstMs = System.currentTimeMillis();
            firstNumber = number;
        }
        if (number != firstNumber + sum.count()) {
            throw new IllegalStateException(
                    "results are lost or doubled: trade " + number + " after " + (firstNumber + sum.count() - 1));
        }
        sum.add(instrumentId, number, trades, quantity, vwap);
        isComplete = sum.count() == COUNT;
    }

    /**
     * Tells whether enough results have come.
     *
     * @return true from then on.
     */
    public boolean isComplete() {
        return isComplete;
    }

    /** Waits until enough results have come, by a thread that has nothing else to do. */
    public void await() {
        final long startNs = System.nanoTime();
        while (!isComplete) {
            check(startNs);
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /**
     * Fails when it has taken too long.
     *
     * @param startNs when it began, of {@link System#nanoTime()}.
     */
    public void check(final long startNs) {
        if (System.nanoTime() - startNs > TIMEOUT_NS) {
            throw new IllegalStateException("no new results within 120 s");
        }
    }

    /**
     * When the first came.
     *
     * @return ms since the epoch, by the clock on the wall.
     */
    public long firstMs() {
        return firstMs;
    }

    /**
     * Its trade.
     *
     * @return number, from 0.
     */
    public long firstNumber() {
        return firstNumber;
    }

    /**
     * What came, with numbers in place of ends of windows.
     *
     * @return all results.
     */
    public ResultSum sum() {
        return sum;
    }
}
