package io.millrace.perf.streams;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A function that ends the replica that calls it with a value that no other has come to yet, once it is told to. */
final class LeaderKill {
    private final boolean hangs;
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicLong front = new AtomicLong(-1);
    private final ThreadLocal<long[]> calls = ThreadLocal.withInitial(() -> new long[1]);
    private volatile boolean isOrdered;
    private volatile boolean isDone;

    LeaderKill(final boolean hangs) {
        this.hangs = hangs;
    }

    /** Passes a number on; they come in their order, from 0. */
    long pass(final long number) {
        final long last = front.get();
        if (number > last && front.compareAndSet(last, number) && isOrdered && !isDone) {
            isDone = true;
            die();
        }
        return number;
    }

    /** Passes any value on, and numbers the calls of each replica. */
    long passNext(final long value) {
        pass(calls.get()[0]++);
        return value;
    }

    private void die() {
        if (hangs) {
            boolean isReleased = false;
            while (!isReleased) {
                try {
                    released.await();
                    isReleased = true;
                } catch (final InterruptedException e) {
                    // By the job's close, which comes after the release.
                    isReleased = released.getCount() == 0;
                }
            }
        } else {
            throw new AssertionError("killed");
        }
    }

    void order() {
        isOrdered = true;
    }

    boolean isDone() {
        return isDone;
    }

    void release() {
        released.countDown();
    }
}
