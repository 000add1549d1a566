package io.millrace.torture.job;

import java.util.List;
import java.util.Locale;

/** The topologies that are tortured. */
public enum TopologyName {
    /** Steps without state. */
    STATELESS(1, 2, List.of("out")),

    /** Windows by event time, with late records. */
    WINDOWS(1, 2, List.of("out", "late")),

    /** Sessions, which grow together. */
    SESSIONS(1, 2, List.of("out", "late")),

    /** A processor with state and timers of both kinds. */
    TIMERS(1, 2, List.of("out")),

    /** An outer and an inner join of two streams, with late records, and one as of a time. */
    JOINS(1, 2, List.of("out", "late", "inner", "latest")),

    /** Three stages with two exchanges. */
    STAGES(2, 3, List.of("out")),

    /** Recorded trades without their repeats, in windows. */
    TRADES(1, 1, List.of("out", "late")),

    /** Three tables with deletes: of the last values, of the latest by event time, and of those that live for a while. */
    TABLES(
            1,
            3,
            List.of("out", "changes", "groups", "timed", "late", "leased"),
            List.of("in", "in-timed", "in-leased")),

    /** A stream that is joined with a table of another topic, and with its changes. */
    ENRICH(1, 3, List.of("out", "inner", "looked-up", "priced"), List.of("in", "rates")),

    /** Tables of recorded trades with deletes, joined by their keys and by a foreign key. */
    RELATIONS(1, 3, List.of("out", "inner", "linked", "linked-inner"), List.of("in", "others", "boards")),

    /** Sequences, what does not come, and streams that share a window. */
    PATTERNS(1, 2, List.of("out", "timed-out", "late", "quiet", "unmet", "silent", "together", "late-even")),

    /** An outside that is asked, in both orders, and windows of its replies. */
    ASYNC(1, 3, List.of("out", "windows", "unordered"));

    private final int minPartitions;
    private final int maxPartitions;
    private final List<String> outputs;
    private final List<String> inputs;

    TopologyName(final int minPartitions, final int maxPartitions, final List<String> outputs) {
        this(minPartitions, maxPartitions, outputs, List.of("in"));
    }

    TopologyName(
            final int minPartitions, final int maxPartitions, final List<String> outputs, final List<String> inputs) {
        this.minPartitions = minPartitions;
        this.maxPartitions = maxPartitions;
        this.outputs = outputs;
        this.inputs = inputs;
    }

    /**
     * The fewest partitions of an input.
     *
     * @return 1 or more.
     */
    public int minPartitions() {
        return minPartitions;
    }

    /**
     * The most partitions of an input.
     *
     * @return at least {@link #minPartitions()}.
     */
    public int maxPartitions() {
        return maxPartitions;
    }

    /**
     * The topics that are read, each with as many partitions as the others.
     *
     * @return their names, the first one is {@code in}.
     */
    public List<String> inputs() {
        return inputs;
    }

    /**
     * The topics that are written.
     *
     * @return their names, the first one is {@code out}.
     */
    public List<String> outputs() {
        return outputs;
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
