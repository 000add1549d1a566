package io.millrace.perf.compare.stream;

import java.time.Duration;

/**
 * A job over trades that every contender writes in its own language.
 *
 * <p>Trades come in the order of their event time, one each {@link #stepNs()}, with instruments drawn evenly from as many as there
 * are {@link #keys()}. A trade of more than {@link #MIN_QUANTITY} is large.
 */
public enum StreamWorkload {
    /** S1: leaves out the small trades and tells what the large ones were worth. */
    FILTER_MAP("s1", "S1: filter and map", 1_000, 1_000, 3_000_000),

    /** S2: count, sum and volume-weighted price of each instrument in windows of a second. */
    TUMBLING("s2", "S2: tumbling windows of 1 s, 1,000 keys", 1_000, 250, 4_000_000),

    /** S2 with a state that no cache holds. */
    TUMBLING_LARGE("s2-1m", "S2: tumbling windows of 1 s, 1,000,000 keys", 1_000_000, 250, 4_000_000),

    /** S3: the same sums in windows of ten seconds that begin every 100 ms. */
    HOPPING("s3", "S3: hopping windows of 10 s by 100 ms, 1,000 keys", 1_000, 1_000, 3_000_000),

    /** S4: all pairs of a large trade and a small one of an instrument, which stands for its quote, within half a second. */
    JOIN("s4", "S4: interval join of trades and quotes within 500 ms, 1,000 keys", 1_000, 250_000, 2_000_000),

    /** S5: S2, exactly once and with a checkpoint each second. */
    CHECKPOINTED("s5", "S5: S2 exactly once, a checkpoint each second, 1,000 keys", 1_000, 250, 4_000_000),

    /** S5 with a state that no cache holds. */
    CHECKPOINTED_LARGE(
            "s5-1m", "S5: S2 exactly once, a checkpoint each second, 1,000,000 keys", 1_000_000, 250, 4_000_000);

    /** A trade of more is a large one: every second, in an order that no processor can guess. */
    public static final long MIN_QUANTITY = 50;

    /** Length of the windows of S2. */
    public static final Duration TUMBLING_SIZE = Duration.ofSeconds(1);

    /** Length of the windows of S3. */
    public static final Duration HOPPING_SIZE = Duration.ofSeconds(10);

    /** From the beginning of a window of S3 to that of the next. */
    public static final Duration HOP = Duration.ofMillis(100);

    /** How far two trades of a pair lie apart at most, both ways, inclusive. */
    public static final Duration WITHIN = Duration.ofMillis(500);

    /** From one checkpoint of S5 to the next. */
    public static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    private final String id;
    private final String title;
    private final int keys;
    private final long stepNs;
    private final int shot;

    StreamWorkload(final String id, final String title, final int keys, final long stepNs, final int shot) {
        this.id = id;
        this.title = title;
        this.keys = keys;
        this.stepNs = stepNs;
        this.shot = shot;
    }

    /**
     * Finds one by its name.
     *
     * @param id on the command line.
     * @return the workload, or null where there is none of that name.
     */
    public static StreamWorkload of(final String id) {
        for (final StreamWorkload workload : values()) {
            if (workload.id.equals(id)) {
                return workload;
            }
        }
        return null;
    }

    /**
     * Its name on the command line and in JSON.
     *
     * @return the name.
     */
    public String id() {
        return id;
    }

    /**
     * What it is, for people.
     *
     * @return a line.
     */
    public String title() {
        return title;
    }

    /**
     * The same work without checkpoints, which this is compared with.
     *
     * @return the other workload; this one where it takes none.
     */
    public StreamWorkload plain() {
        return switch (this) {
            case CHECKPOINTED -> TUMBLING;
            case CHECKPOINTED_LARGE -> TUMBLING_LARGE;
            default -> this;
        };
    }

    /**
     * Tells whether checkpoints are taken.
     *
     * @return true of S5.
     */
    public boolean isCheckpointed() {
        return plain() != this;
    }

    /**
     * How many instruments there are.
     *
     * @return more than 0.
     */
    public int keys() {
        return keys;
    }

    /**
     * Event time from one trade to the next.
     *
     * @return ns.
     */
    public long stepNs() {
        return stepNs;
    }

    /**
     * Trades that are appended to the log at a time, where the log is read: between two shots nothing is timed.
     *
     * @return more than 0.
     */
    public int shot() {
        return shot;
    }
}
