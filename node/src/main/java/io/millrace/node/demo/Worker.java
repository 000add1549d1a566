package io.millrace.node.demo;

import java.util.concurrent.TimeUnit;

/** A thread of the demo that keeps what it failed with, so that the main thread finds it. */
final class Worker {
    private final Thread thread;
    private volatile Throwable failure;

    private Worker(final String name, final Runnable task) {
        thread = new Thread(() -> runTask(task), name);
        thread.setDaemon(true);
    }

    /**
     * Starts a thread.
     *
     * @param name of the thread.
     * @param task that it runs once.
     * @return the worker.
     */
    static Worker start(final String name, final Runnable task) {
        final Worker worker = new Worker(name, task);
        worker.thread.start();
        return worker;
    }

    /** What the task threw; null while it runs well, and after it ended well. */
    Throwable failure() {
        return failure;
    }

    /**
     * Waits for the end of the task.
     *
     * @param timeoutMs how long at most, in milliseconds.
     */
    void join(final long timeoutMs) {
        boolean isInterrupted = false;
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (thread.isAlive() && System.nanoTime() - deadlineNs < 0) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime())));
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void runTask(final Runnable task) {
        try {
            task.run();
        } catch (final Throwable ex) {
            failure = ex;
        }
    }
}
