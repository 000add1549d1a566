package io.millrace.perf.streams;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;

/** A thread that works beside the one that calls, and sleeps in between. */
final class SecondThread implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Thread thread = new Thread(this::loop, "second");
    private volatile boolean isWanted;
    private volatile boolean isAwake;
    private volatile Runnable next;
    private volatile boolean isClosed;
    // Written before next is taken away, and read after that.
    private Throwable failure;
    private long cpuNs;

    private SecondThread() {}

    static SecondThread start() {
        final SecondThread second = new SecondThread();
        second.thread.setDaemon(true);
        second.thread.start();
        return second;
    }

    /** Wakes the thread, which may take milliseconds, and returns when it waits for work on a processor. */
    void wake() {
        isWanted = true;
        LockSupport.unpark(thread);
        while (!isAwake) {
            Thread.onSpinWait();
        }
    }

    /** Runs both at the same time, and returns when both are done; the thread must be awake, and goes to sleep then. */
    void runBoth(final Runnable here, final Runnable there) {
        next = there;
        here.run();
        while (next != null) {
            Thread.onSpinWait();
        }
        if (failure != null) {
            throw new IllegalStateException("the second thread failed", failure);
        }
    }

    /** Time on a processor that the last work took there. */
    long cpuNs() {
        return cpuNs;
    }

    private void loop() {
        while (!isClosed) {
            if (isWanted) {
                isWanted = false;
                isAwake = true;
                run(awaitWork());
                isAwake = false;
                next = null;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private Runnable awaitWork() {
        Runnable work = next;
        while (work == null) {
            Thread.onSpinWait();
            work = next;
        }
        return work;
    }

    private void run(final Runnable work) {
        final long startNs = THREADS.getCurrentThreadCpuTime();
        try {
            work.run();
        } catch (final RuntimeException | Error e) {
            failure = e;
        }
        cpuNs = THREADS.getCurrentThreadCpuTime() - startNs;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
