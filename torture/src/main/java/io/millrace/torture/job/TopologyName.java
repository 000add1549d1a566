package io.millrace.torture.job;

import java.util.Locale;

/** The topologies that are tortured. */
public enum TopologyName {
    /** Steps without state. */
    STATELESS(1, 2),

    /** Windows by event time, with late records. */
    WINDOWS(1, 2),

    /** Sessions, which grow together. */
    SESSIONS(1, 2),

    /** A processor with state and timers of both kinds. */
    TIMERS(1, 2),

    /** An outer join of two streams, with late records. */
    JOINS(1, 2),

    /** Three stages with two exchanges. */
    STAGES(2, 3),

    /** Recorded trades without their repeats, in windows. */
    TRADES(1, 1);

    private final int minPartitions;
    private final int maxPartitions;

    TopologyName(final int minPartitions, final int maxPartitions) {
        this.minPartitions = minPartitions;
        this.maxPartitions = maxPartitions;
    }

    /**
     * The fewest partitions of the input.
     *
     * @return 1 or more.
     */
    public int minPartitions() {
        return minPartitions;
    }

    /**
     * The most partitions of the input.
     *
     * @return at least {@link #minPartitions()}.
     */
    public int maxPartitions() {
        return maxPartitions;
    }

    /**
     * The name as the command line and the page of the module have it.
     *
     * @return in lower case.
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
