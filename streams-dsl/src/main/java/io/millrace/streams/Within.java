package io.millrace.streams;

import io.millrace.operators.join.IntervalJoinOperator;
import io.millrace.streams.topology.DurationText;
import java.time.Duration;
import java.util.Objects;

/**
 * Where in event time the right value of a pair lies, seen from the left one: from a lower to an upper bound, both included.
 */
public final class Within {
    private static final Duration MAX = Duration.ofNanos(IntervalJoinOperator.MAX_SPAN_NS);

    private final Duration lower;
    private final Duration upper;
    private final Duration grace;

    private Within(final Duration lower, final Duration upper, final Duration grace) {
        this.lower = Objects.requireNonNull(lower, "an interval needs a lower bound");
        this.upper = Objects.requireNonNull(upper, "an interval needs an upper bound");
        this.grace = Objects.requireNonNull(grace, "grace is a duration; leave it out for none");
    }

    /**
     * The right value is at most so much earlier or later than the left one.
     *
     * @param distance at least 0.
     * @return an interval without grace.
     */
    public static Within of(final Duration distance) {
        Objects.requireNonNull(distance, "an interval needs a distance");
        return new Within(distance.negated(), distance, Duration.ZERO);
    }

    /**
     * The right value has the event time of the left one plus something between two bounds.
     *
     * @param lower bound; less than 0 for a right value that may be earlier.
     * @param upper bound, not less than the lower one; less than 0 for a right value that has to be earlier.
     * @return an interval without grace.
     */
    public static Within between(final Duration lower, final Duration upper) {
        return new Within(lower, upper, Duration.ZERO);
    }

    /**
     * How far behind the watermark a value may come and still find its partners.
     *
     * @param newGrace at least 0.
     * @return the same interval with that grace.
     */
    public Within grace(final Duration newGrace) {
        return new Within(lower, upper, newGrace);
    }

    /** The same interval, for sides whose values come so far behind the watermark. */
    Within waitingFor(final long lagNs) {
        return lagNs <= graceNs() ? this : grace(Duration.ofNanos(lagNs));
    }

    String mistake() {
        if (lower.compareTo(upper) > 0) {
            return "the upper bound must not be less than the lower one, is " + this;
        }
        // Without abs(), which the least of all durations has not.
        if (isBeyond(lower) || isBeyond(upper)) {
            return "the bounds must be less than 36 years, are " + this;
        }
        if (grace.isNegative() || grace.compareTo(MAX) > 0) {
            return "grace must be 0 to 36 years, is " + DurationText.of(grace);
        }
        return null;
    }

    private static boolean isBeyond(final Duration bound) {
        return bound.compareTo(MAX) > 0 || bound.compareTo(MAX.negated()) < 0;
    }

    long beforeNs() {
        return -lower.toNanos();
    }

    long afterNs() {
        return upper.toNanos();
    }

    long graceNs() {
        return grace.toNanos();
    }

    @Override
    public String toString() {
        return DurationText.of(lower) + " to " + DurationText.of(upper)
                + (grace.isZero() ? "" : ", grace " + DurationText.of(grace));
    }
}
