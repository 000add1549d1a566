package io.millrace.operators.output;

/**
 * The points in event time at which an exchange is told the watermark: {@code offsetNs + n * stepNs}.
 *
 * @param stepNs   distance of the points in ns, at least 1.
 * @param offsetNs of the points from the epoch, in ns, from 0 to below {@code stepNs}.
 */
public record WatermarkGrid(long stepNs, long offsetNs) {
    /** Every watermark is written. */
    public static final WatermarkGrid FINEST = new WatermarkGrid(1, 0);

    /** Hardly any watermark is written: for stages behind which nothing waits for event time. */
    public static final WatermarkGrid COARSEST = new WatermarkGrid(1L << 62, 0);

    /**
     * Checks the ranges.
     *
     * @param stepNs distance of the points in ns.
     * @param offsetNs of the points from the epoch, in ns.
     * @throws IllegalArgumentException if one is outside.
     */
    public WatermarkGrid {
        if (stepNs < 1 || offsetNs < 0 || offsetNs >= stepNs) {
            throw new IllegalArgumentException("no grid: stepNs=" + stepNs + " offsetNs=" + offsetNs);
        }
    }

    /**
     * The grid on which windows of a size close.
     *
     * @param sizeNs  of the windows.
     * @param graceNs of the windows.
     * @return points at which one of them closes.
     */
    public static WatermarkGrid ofWindows(final long sizeNs, final long graceNs) {
        return new WatermarkGrid(sizeNs, graceNs % sizeNs);
    }

    /**
     * The coarsest grid that holds the points of this and of another one.
     *
     * @param other grid.
     * @return this grid if both are equal, {@link #FINEST} otherwise unless one divides the other.
     */
    public WatermarkGrid and(final WatermarkGrid other) {
        if (equals(COARSEST) || other.equals(COARSEST)) {
            return equals(COARSEST) ? other : this;
        }
        // Both offsets lie on it, since the distance between them is a multiple of its step.
        final long step = gcd(gcd(stepNs, other.stepNs), Math.abs(offsetNs - other.offsetNs));
        return new WatermarkGrid(step, offsetNs % step);
    }

    private static long gcd(final long a, final long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * Says whether a point lies between two watermarks.
     *
     * @param writtenNs the last watermark written, {@link Long#MIN_VALUE} for none.
     * @param nowNs     the watermark now.
     * @return true if it is to be written.
     */
    public boolean crosses(final long writtenNs, final long nowNs) {
        if (nowNs <= writtenNs) {
            return false;
        }
        if (writtenNs == Long.MIN_VALUE || nowNs == Long.MAX_VALUE) {
            return true;
        }
        if (writtenNs < Long.MIN_VALUE + offsetNs) {
            return true;
        }
        return Math.floorDiv(nowNs - offsetNs, stepNs) > Math.floorDiv(writtenNs - offsetNs, stepNs);
    }

    /**
     * Finds the first point behind a watermark.
     *
     * @param writtenNs last watermark that was written, in ns since the epoch; {@link Long#MIN_VALUE} before the first.
     * @return the smallest watermark for which {@link #crosses} is true; {@link Long#MAX_VALUE} at the end of the range.
     */
    public long next(final long writtenNs) {
        if (writtenNs < Long.MIN_VALUE + offsetNs) {
            return writtenNs == Long.MIN_VALUE ? Long.MIN_VALUE : writtenNs + 1;
        }
        final long next = writtenNs - Math.floorMod(writtenNs - offsetNs, stepNs) + stepNs;
        return next < writtenNs ? Long.MAX_VALUE : next;
    }

    /**
     * Finds the first point at or behind a time.
     *
     * @param timeNs in ns since the epoch.
     * @return the point; {@link Long#MAX_VALUE} at the end of the range.
     */
    public long firstFrom(final long timeNs) {
        return timeNs == Long.MIN_VALUE || timeNs == Long.MAX_VALUE ? timeNs : next(timeNs - 1);
    }
}
