package io.millrace.log;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Something that waits for the disk, done by another thread than the one that needs its outcome. Used once. */
final class DiskStep implements Runnable {
    private final Action action;
    private final CountDownLatch done = new CountDownLatch(1);

    /** Written before the count reaches 0. */
    private Throwable failure;

    /** What is to be done. */
    interface Action {
        void run() throws IOException;
    }

    DiskStep(final Action action) {
        this.action = action;
    }

    @Override
    public void run() {
        try {
            action.run();
        } catch (final Exception | Error ex) {
            failure = ex;
        } finally {
            done.countDown();
        }
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Does nothing when it was done without failing; to be called when it is done. */
    void rethrow() throws IOException {
        if (failure instanceof IOException ex) {
            throw ex;
        }
        if (failure instanceof RuntimeException ex) {
            throw ex;
        }
        if (failure instanceof Error ex) {
            throw ex;
        }
    }

    /** Waits for its end, also when the caller is interrupted. */
    void await() {
        boolean isInterrupted = false;
        while (!isDone()) {
            try {
                done.await();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
