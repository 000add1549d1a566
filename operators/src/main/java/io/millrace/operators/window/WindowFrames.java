package io.millrace.operators.window;

/**
 * Parts event time into frames that follow each other without a gap: windows that do not overlap, or the panes that
 * overlapping windows are put together from. An instance belongs to one operator; it stands on the frame located last.
 */
public abstract class WindowFrames {
    /** Longest window and grace in ns, about 36 years. */
    public static final long MAX_NS = 1L << 60;

    /**
     * Event times from minus this to this are taken, about 146 years before and after the epoch. With the longest window and
     * grace all bounds stay within 64 bits.
     */
    public static final long MAX_EVENT_TIME_NS = 1L << 62;

    private long startNs = Long.MAX_VALUE;
    private long endNs = Long.MIN_VALUE;

    /** For subclasses. */
    protected WindowFrames() {}

    /**
     * Moves to the frame that holds a time.
     *
     * @param eventTimeNs within {@link #MAX_EVENT_TIME_NS}.
     */
    public final void locate(final long eventTimeNs) {
        if (eventTimeNs < startNs || eventTimeNs >= endNs) {
            find(eventTimeNs);
        }
    }

    /**
     * Finds the frame that holds a time and tells {@link #stand}.
     *
     * @param eventTimeNs in ns since the epoch.
     */
    protected abstract void find(long eventTimeNs);

    /**
     * Moves to a frame.
     *
     * @param newStartNs the first event time that it holds.
     * @param newEndNs   the first event time behind it.
     */
    protected final void stand(final long newStartNs, final long newEndNs) {
        startNs = newStartNs;
        endNs = newEndNs;
    }

    /**
     * Where the frame begins.
     *
     * @return the first event time that it holds, in ns since the epoch.
     */
    public final long startNs() {
        return startNs;
    }

    /**
     * Where the frame ends.
     *
     * @return the first event time behind it, in ns since the epoch.
     */
    public final long endNs() {
        return endNs;
    }

    static IllegalArgumentException outOfRange(final long eventTimeNs) {
        return new IllegalArgumentException("event time is out of range: " + eventTimeNs
                + " ns; windows take 2^62 ns, about 146 years, before and after the epoch");
    }

    static boolean isInRange(final long eventTimeNs) {
        return eventTimeNs <= MAX_EVENT_TIME_NS && eventTimeNs >= -MAX_EVENT_TIME_NS;
    }
}
