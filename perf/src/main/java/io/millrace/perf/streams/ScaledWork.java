package io.millrace.perf.streams;

import io.millrace.log.LogContext;
import io.millrace.perf.compare.scale.ScaleSize;
import io.millrace.perf.compare.scale.ScaleTask;
import java.time.Duration;

/**
 * S2 or S3 at one point of a curve: the same sums, of other sizes.
 *
 * @param partitions    of the trades.
 * @param threads       that share them; 1 or as many as there are partitions.
 * @param keys          a multiple of the partitions.
 * @param stepNs        event time from one trade to the next.
 * @param size          of a window.
 * @param hop           from one window to the next; the size where they do not overlap.
 * @param shot          trades that are appended at a time.
 * @param warmUp        shots before anything is timed.
 * @param segmentLength of the log, in bytes, so that nothing that a shot writes is removed before it is read.
 */
record ScaledWork(
        int partitions,
        int threads,
        int keys,
        long stepNs,
        Duration size,
        Duration hop,
        int shot,
        int warmUp,
        int segmentLength) {
    private static final int SOME_KEYS = 1_000;
    private static final long STEP_NS = 250;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOP = Duration.ofMillis(10);
    private static final long HOP_STEP_NS = 1_000;

    /** So long that no window ends before the feed does: what ending costs is told by itself. */
    private static final Duration ENDLESS = Duration.ofDays(1_000);

    /** Trades that each key gets on the average before anything is timed: 98 % of them have come then. */
    private static final int FILL = 4;

    private static final int RECORD_LENGTH = 80;
    private static final int MIN_SEGMENT_LENGTH = 64 * 1024;

    static ScaledWork of(final ScaleTask task) {
        final ScaleSize scale = task.scale();
        final int size = Math.toIntExact(task.size());
        return switch (task.curve()) {
            case "cores" ->
                new ScaledWork(
                        2,
                        size,
                        SOME_KEYS,
                        STEP_NS,
                        SECOND,
                        SECOND,
                        scale.shot(),
                        scale.warmUpShots(),
                        LogContext.DEFAULT_SEGMENT_LENGTH);
            case "keys" -> keys(scale, size);
            case "windows" ->
                new ScaledWork(
                        1,
                        1,
                        SOME_KEYS,
                        HOP_STEP_NS,
                        HOP.multipliedBy(size),
                        HOP,
                        scale.shot(),
                        // As long as the longest window, so that panes leave it, and the same for all.
                        scale == ScaleSize.TINY ? 1 : 1 + (int) (1_000 * HOP.toNanos() / HOP_STEP_NS / scale.shot()),
                        LogContext.DEFAULT_SEGMENT_LENGTH);
            case "partitions" -> partitions(scale, size);
            default -> throw new IllegalArgumentException("no curve of a job: " + task.curve());
        };
    }

    private static ScaledWork keys(final ScaleSize scale, final int keys) {
        final int warmUp = Math.max(scale.warmUpShots(), (int) ((long) FILL * keys / scale.shot()));
        // All keys are told in one go at the end, and retention keeps six segments.
        final int segmentLength = LogContext.DEFAULT_SEGMENT_LENGTH * (keys > 5_000_000 ? 2 : 1);
        return new ScaledWork(1, 1, keys, STEP_NS, ENDLESS, ENDLESS, scale.shot(), warmUp, segmentLength);
    }

    private static ScaledWork partitions(final ScaleSize scale, final int partitions) {
        final int shotLength = scale.shot() / partitions * RECORD_LENGTH;
        final int segmentLength = Math.max(MIN_SEGMENT_LENGTH, Integer.highestOneBit(shotLength) * 2);
        return new ScaledWork(
                partitions,
                1,
                10 * SOME_KEYS,
                STEP_NS,
                SECOND,
                SECOND,
                scale.shot(),
                scale.warmUpShots(),
                Math.min(LogContext.DEFAULT_SEGMENT_LENGTH, segmentLength));
    }

    boolean isHopping() {
        return hop.compareTo(size) < 0;
    }
}
