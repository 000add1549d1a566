package io.millrace.operators.window;

/** What lengths, grace and event times windows take, so that no bound of a window wraps round. */
final class WindowRanges {
    private static final long MAX_EVENT_TIME_NS = 1L << 62;

    private WindowRanges() {}

    static void checkLength(final String what, final long lengthNs) {
        if (lengthNs < 1 || lengthNs > TumblingWindow.MAX_NS) {
            throw new IllegalArgumentException(what + " must be 1 to 2^60 ns, was " + lengthNs);
        }
    }

    static void checkGrace(final long graceNs) {
        if (graceNs < 0 || graceNs > TumblingWindow.MAX_NS) {
            throw new IllegalArgumentException("grace of a window must be 0 to 2^60 ns, was " + graceNs);
        }
    }

    static boolean holds(final long eventTimeNs) {
        return eventTimeNs <= MAX_EVENT_TIME_NS && eventTimeNs >= -MAX_EVENT_TIME_NS;
    }

    static IllegalArgumentException outOfRange(final long eventTimeNs) {
        return new IllegalArgumentException("event time is out of range: " + eventTimeNs
                + " ns; windows take 2^62 ns, about 146 years, before and after the epoch");
    }
}
