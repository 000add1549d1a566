package io.millrace.streams;

import io.millrace.operators.join.AsOfJoinOperator;
import io.millrace.operators.keyed.EventTimeRange;
import io.millrace.streams.topology.DurationText;
import java.time.Duration;
import java.util.Objects;

/** How an as-of join looks back: how old an answer may be, and whether it waits for answers that come later in the log. */
public final class AsOf {
    private static final Duration MAX = Duration.ofNanos(EventTimeRange.MAX_SPAN_NS);

    private final Duration tolerance;
    private final boolean waits;
    private final Duration grace;

    private AsOf(final Duration tolerance, final boolean waits, final Duration grace) {
        this.tolerance = tolerance;
        this.waits = waits;
        this.grace = Objects.requireNonNull(grace, "grace is a duration; leave it out for none");
    }

    /**
     * An answer may be of any age.
     *
     * @return a join that answers at once.
     */
    public static AsOf anyAge() {
        return new AsOf(null, false, Duration.ZERO);
    }

    /**
     * An answer may be so much older than the value that asks, and no more.
     *
     * @param tolerance at least 0.
     * @return a join that answers at once.
     */
    public static AsOf tolerance(final Duration tolerance) {
        return new AsOf(
                Objects.requireNonNull(tolerance, "tolerance is a duration; say anyAge() for none"),
                false,
                Duration.ZERO);
    }

    /**
     * Lets each value wait until the watermark has passed its event time, so that an answer counts which has an earlier event
     * time and comes later in the log.
     *
     * @return the same join, that waits.
     */
    public AsOf waiting() {
        return new AsOf(tolerance, true, grace);
    }

    /**
     * How far behind the watermark a value may come and still be joined.
     *
     * @param newGrace at least 0.
     * @return the same join with that grace.
     */
    public AsOf grace(final Duration newGrace) {
        return new AsOf(tolerance, waits, newGrace);
    }

    /** The same, for sides whose values come so far behind the watermark. */
    AsOf waitingFor(final long lagNs) {
        return lagNs <= graceNs() ? this : grace(Duration.ofNanos(lagNs));
    }

    String mistake() {
        if (tolerance != null && (tolerance.isNegative() || tolerance.compareTo(MAX) > 0)) {
            return "the tolerance must be 0 to 36 years, is " + DurationText.of(tolerance);
        }
        if (grace.isNegative() || grace.compareTo(MAX) > 0) {
            return "grace must be 0 to 36 years, is " + DurationText.of(grace);
        }
        return null;
    }

    long toleranceNs() {
        return tolerance == null ? AsOfJoinOperator.ANY_AGE : tolerance.toNanos();
    }

    boolean waits() {
        return waits;
    }

    long graceNs() {
        return grace.toNanos();
    }

    @Override
    public String toString() {
        return (tolerance == null ? "any age" : "tolerance " + DurationText.of(tolerance))
                + (waits ? ", waiting" : "")
                + (grace.isZero() ? "" : ", grace " + DurationText.of(grace));
    }
}
