package io.millrace.operators.keyed;

/** Event times and spans for which sums of a few of them stay within 64 bits, so that no bound wraps round. */
public final class EventTimeRange {
    /** The longest span, about 36 years. */
    public static final long MAX_SPAN_NS = 1L << 60;

    private static final long MAX_EVENT_TIME_NS = 1L << 62;

    private EventTimeRange() {}

    /**
     * Tells whether an event time is in the range.
     *
     * @param eventTimeNs in ns since the epoch.
     * @return true within 2^62 ns of the epoch.
     */
    public static boolean holds(final long eventTimeNs) {
        return eventTimeNs <= MAX_EVENT_TIME_NS && eventTimeNs >= -MAX_EVENT_TIME_NS;
    }

    /**
     * Says why an event time is refused.
     *
     * @param eventTimeNs in ns since the epoch.
     * @return the error.
     */
    public static IllegalArgumentException refused(final long eventTimeNs) {
        return new IllegalArgumentException("event time is out of range: " + eventTimeNs
                + " ns; 2^62 ns, about 146 years, before and after the epoch are allowed");
    }
}
