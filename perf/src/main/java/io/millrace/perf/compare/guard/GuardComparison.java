package io.millrace.perf.compare.guard;

/**
 * A figure beside what was recorded of it.
 *
 * <p>A change counts when it is larger than the noise: of both runs the larger, and never less than {@link #FLOOR}, since a few pairs
 * that happen to agree say little about the next ones.
 *
 * @param figure   name of it.
 * @param measured now.
 * @param record   that holds what it is compared with; null where nothing was recorded.
 */
public record GuardComparison(String figure, Ratio measured, GuardRecord record) {
    /** The least change that counts, as a share of what was recorded. */
    public static final double FLOOR = 0.1;

    /** From this noise on a run says little, as a share of the median. */
    public static final double LOUD = 0.25;

    /** What to make of a figure. */
    public enum Verdict {
        /** Slower by more than the noise. */
        DROPPED,

        /** Neither slower nor faster by more than the noise. */
        SAME,

        /** Faster by more than the noise. */
        BETTER,

        /** Nothing was recorded to compare with. */
        NEW
    }

    /**
     * What was recorded.
     *
     * @return the ratio; null where nothing was.
     */
    public Ratio recorded() {
        return record == null ? null : record.figures().get(figure);
    }

    /**
     * The change, as a share of what was recorded.
     *
     * @return negative where it became slower; not a number where nothing was recorded.
     */
    public double change() {
        return record == null ? Double.NaN : measured.median() / recorded().median() - 1;
    }

    /**
     * The largest change that is still noise, as a share of what was recorded.
     *
     * @return {@link #FLOOR} or more.
     */
    public double allowance() {
        final double noise = record == null
                ? measured.noise()
                : Math.max(measured.noise(), recorded().noise());
        return Math.max(FLOOR, noise);
    }

    /**
     * What to make of it.
     *
     * @return the verdict.
     */
    public Verdict verdict() {
        if (record == null) {
            return Verdict.NEW;
        }
        final double change = change();
        if (change < -allowance()) {
            return Verdict.DROPPED;
        }
        return change > allowance() ? Verdict.BETTER : Verdict.SAME;
    }
}
