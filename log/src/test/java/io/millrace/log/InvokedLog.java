package io.millrace.log;

/** A store whose background work is done by the test's thread, for tests of other modules. */
public final class InvokedLog {
    private InvokedLog() {}

    /**
     * Launches a store without threads.
     *
     * @param context of the store.
     * @return the store; {@link #work} does what its threads would.
     */
    public static LogStore launch(final LogContext context) {
        return LogStore.launch(context.invoked(true));
    }

    /**
     * Does one duty cycle of the background work.
     *
     * @param store that {@link #launch} gave.
     * @param nowNs time in ns, which never goes back.
     * @return 0 when there was nothing to do.
     */
    public static int work(final LogStore store, final long nowNs) {
        return store.invokeConductor(nowNs);
    }
}
