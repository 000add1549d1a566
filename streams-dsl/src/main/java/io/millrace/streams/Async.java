package io.millrace.streams;

import io.millrace.streams.effect.CallSettings;
import io.millrace.streams.topology.DurationText;
import java.time.Duration;
import java.util.Objects;

/**
 * How {@code mapAsync} calls an outside. All but {@link #unordered()} may be changed from one run of a job to the next: none of
 * it reaches what the log holds already.
 */
public final class Async {
    private static final int MAX_AT_ONCE = 10_000;
    private static final int MAX_ATTEMPTS = 1_000;
    private static final Duration MAX = Duration.ofDays(1);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final int atOnce;
    private final Duration timeout;
    private final int attempts;
    private final Duration backoff;
    private final Duration maxBackoff;
    private final boolean isOrdered;

    private Async(
            final int atOnce,
            final Duration timeout,
            final int attempts,
            final Duration backoff,
            final Duration maxBackoff,
            final boolean isOrdered) {
        this.atOnce = atOnce;
        this.timeout = Objects.requireNonNull(timeout, "timeout is a duration");
        this.attempts = attempts;
        this.backoff = Objects.requireNonNull(backoff, "backoff is a duration; Duration.ZERO for none");
        this.maxBackoff = Objects.requireNonNull(maxBackoff, "the longest backoff is a duration");
        this.isOrdered = isOrdered;
    }

    /**
     * So many calls at once, and no more, for each partition of the exchange; one that is tried again counts as one until it has
     * its reply. A call has 10 seconds and one attempt, and the results come in the order of their inputs, unless something
     * else is said.
     *
     * @param calls 1 to 10,000.
     * @return settings.
     */
    public static Async atMost(final int calls) {
        return new Async(calls, DEFAULT_TIMEOUT, 1, Duration.ZERO, Duration.ZERO, true);
    }

    /**
     * How long each attempt may take. What answers later is not listened to, and is told so if it can be cancelled.
     *
     * @param newTimeout more than 0, at most a day.
     * @return the same settings with this one.
     */
    public Async timeout(final Duration newTimeout) {
        return new Async(atOnce, newTimeout, attempts, backoff, maxBackoff, isOrdered);
    }

    /**
     * How often an input is tried before it counts as failed, and how long to wait between: twice as long each time.
     *
     * @param newAttempts 1 to 1,000.
     * @param first       wait before the second attempt, 0 to a day.
     * @param longest     wait, at least {@code first}, at most a day.
     * @return the same settings with these.
     */
    public Async attempts(final int newAttempts, final Duration first, final Duration longest) {
        return new Async(atOnce, timeout, newAttempts, first, longest, isOrdered);
    }

    /**
     * Has each result go on as soon as its reply is in the log, in the order of the replies there, and no result wait for the
     * reply to an earlier input.
     *
     * @return the same settings with this order.
     */
    public Async unordered() {
        return new Async(atOnce, timeout, attempts, backoff, maxBackoff, false);
    }

    String mistake() {
        if (atOnce < 1 || atOnce > MAX_AT_ONCE) {
            return "1 to " + MAX_AT_ONCE + " calls at once are allowed, not " + atOnce;
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX) > 0) {
            return "the timeout must be more than 0 and at most a day, is " + DurationText.of(timeout);
        }
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            return "1 to " + MAX_ATTEMPTS + " attempts are allowed, not " + attempts;
        }
        if (backoff.isNegative() || maxBackoff.compareTo(backoff) < 0 || maxBackoff.compareTo(MAX) > 0) {
            return "the wait between attempts must be 0 to a day, and the longest not less than the first; is "
                    + DurationText.of(backoff) + " to " + DurationText.of(maxBackoff);
        }
        return null;
    }

    CallSettings settings() {
        return new CallSettings(
                atOnce, timeout.toNanos(), attempts, backoff.toNanos(), maxBackoff.toNanos(), isOrdered);
    }

    boolean isOrdered() {
        return isOrdered;
    }

    @Override
    public String toString() {
        return "at most " + atOnce + " calls at once, " + attempts + (attempts == 1 ? " attempt" : " attempts") + " of "
                + DurationText.of(timeout) + (isOrdered ? "" : ", unordered");
    }
}
