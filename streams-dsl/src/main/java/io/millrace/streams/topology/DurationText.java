package io.millrace.streams.topology;

import java.time.Duration;

/** Writes durations for plans, in one way everywhere: in the largest of s, ms, µs and ns that needs no fraction. */
public final class DurationText {
    private static final int NS_PER_MS = 1_000_000;
    private static final int NS_PER_US = 1_000;

    private DurationText() {}

    /**
     * Writes a duration.
     *
     * @param duration of any length, also a negative one.
     * @return such as {@code 5 s} or {@code 1500 µs}.
     */
    public static String of(final Duration duration) {
        final int ns = duration.getNano();
        if (ns == 0) {
            return duration.toSeconds() + " s";
        }
        if (ns % NS_PER_MS == 0) {
            return duration.toMillis() + " ms";
        }
        return ns % NS_PER_US == 0 ? duration.toNanos() / NS_PER_US + " µs" : duration.toNanos() + " ns";
    }

    /**
     * Writes a duration.
     *
     * @param ns its length in ns.
     * @return such as {@code 5 s} or {@code 1500 µs}.
     */
    public static String of(final long ns) {
        return of(Duration.ofNanos(ns));
    }
}
