package io.millrace.node.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ctrl-C or SIGTERM, as a request that the main thread sees: it wakes that thread, and holds the process until it has closed
 * all that it opened.
 */
final class StopRequest implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_S = 30;

    private final Thread main = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "millrace-stop");
    private volatile boolean isRequested;

    private StopRequest() {}

    /** Listens from now on; to be closed by the same thread, after everything else. */
    static StopRequest install() {
        final StopRequest request = new StopRequest();
        Runtime.getRuntime().addShutdownHook(request.hook);
        return request;
    }

    /** Whether the process is told to end. */
    boolean isRequested() {
        return isRequested || Thread.currentThread().isInterrupted();
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
        LockSupport.unpark(main);
        try {
            closed.await(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
