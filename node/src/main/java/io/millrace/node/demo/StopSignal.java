package io.millrace.node.demo;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a request that the main thread sees, and holds the process until that thread has closed all.
 */
final class StopSignal implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_S = 20;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "demo-stop");
    private volatile boolean isRequested;

    private StopSignal() {}

    /**
     * Listens from now on.
     *
     * @return the signal, to be closed once there is nothing left to wait for.
     */
    static StopSignal install() {
        final StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Whether the process is told to end. */
    boolean isRequested() {
        return isRequested;
    }

    @Override
    public void close() {
        closed.countDown();
        if (!isRequested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (final IllegalStateException ex) {
                // The shutdown began a moment ago: the hook runs, and finds the latch open.
                isRequested = true;
            }
        }
    }

    private void onShutdown() {
        isRequested = true;
        try {
            closed.await(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
