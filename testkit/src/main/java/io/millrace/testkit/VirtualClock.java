package io.millrace.testkit;

import java.time.Duration;
import java.time.Instant;
import org.agrona.concurrent.EpochNanoClock;

/**
 * A clock that stands still until it is moved; log times come from it. It begins at {@link #BEGIN}.
 *
 * <p>May be read from any thread, and is moved by one.
 */
public final class VirtualClock implements EpochNanoClock {
    /** Where a clock begins that was not set: the first moment of 2020, UTC. */
    public static final Instant BEGIN = Instant.parse("2020-01-01T00:00:00Z");

    private static final Instant FIRST = instant(Long.MIN_VALUE);
    private static final Instant LAST = instant(Long.MAX_VALUE);

    private volatile long nowNs;

    /** Creates a clock that stands at {@link #BEGIN}. */
    public VirtualClock() {
        this(BEGIN);
    }

    /**
     * Creates a clock.
     *
     * @param begin where it stands at first, between the years 1677 and 2262.
     */
    public VirtualClock(final Instant begin) {
        nowNs = ns(begin);
    }

    /**
     * Turns an instant into the unit of the log.
     *
     * @param instant between the years 1677 and 2262.
     * @return ns since the epoch.
     * @throws IllegalArgumentException if it lies outside that range.
     */
    public static long ns(final Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new IllegalArgumentException(
                    "the log keeps times from " + FIRST + " to " + LAST + ", not " + instant);
        }
        // Whole seconds before the epoch may overflow although the sum does not.
        return instant.getEpochSecond() < 0
                ? Math.addExact(
                        Math.multiplyExact(instant.getEpochSecond() + 1, 1_000_000_000L),
                        instant.getNano() - 1_000_000_000L)
                : Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    /**
     * Turns a time of the log into an instant.
     *
     * @param ns since the epoch.
     * @return the instant.
     */
    public static Instant instant(final long ns) {
        return Instant.EPOCH.plusNanos(ns);
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    /**
     * Where the clock stands.
     *
     * @return the instant.
     */
    public Instant now() {
        return instant(nowNs);
    }

    /**
     * Moves the clock on.
     *
     * @param duration 0 or more.
     * @throws IllegalArgumentException if it is negative.
     */
    public void advance(final Duration duration) {
        moveTo(Math.addExact(nowNs, duration.toNanos()));
    }

    /**
     * Moves the clock on to an instant.
     *
     * @param newNow not before {@link #now()}.
     * @throws IllegalArgumentException if it lies before.
     */
    public void moveTo(final Instant newNow) {
        moveTo(ns(newNow));
    }

    void moveTo(final long newNowNs) {
        if (newNowNs < nowNs) {
            throw new IllegalArgumentException(
                    "the clock stands at " + now() + " and cannot go back to " + instant(newNowNs));
        }
        nowNs = newNowNs;
    }

    // A replay gives each record its old log time, partition by partition.
    void setNs(final long newNowNs) {
        nowNs = newNowNs;
    }

    @Override
    public String toString() {
        return "VirtualClock{" + now() + '}';
    }
}
