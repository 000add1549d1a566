package io.millrace.node.demo;

/** The event-time rules of {@link CandleJob}, which feed and check follow too, in nanoseconds. */
final class DemoTiming {
    /** Length of a candle. */
    static final long WINDOW_NS = CandleJob.WINDOW.toNanos();

    /** How far event time may run back before the watermark leaves it behind. */
    static final long OUT_OF_ORDERNESS_NS = CandleJob.OUT_OF_ORDERNESS.toNanos();

    /** How long after its end a window still takes trades. */
    static final long GRACE_NS = CandleJob.GRACE.toNanos();

    /** The feed sends a watermark each time it passes a multiple of this. */
    static final long WATERMARK_STEP_NS = 100_000_000L;

    private DemoTiming() {}

    /**
     * The event time at which the window of a trade is closed for good.
     *
     * @param windowEndNs first nanosecond after the window.
     * @return the largest event time seen so far that makes it final.
     */
    static long closingEventTimeNs(final long windowEndNs) {
        return windowEndNs + GRACE_NS + OUT_OF_ORDERNESS_NS;
    }
}
