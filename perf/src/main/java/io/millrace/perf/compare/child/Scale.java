package io.millrace.perf.compare.child;

/** How much is measured. */
public enum Scale {
    /** For tests: too little to mean anything. */
    TINY(1, 1024 * 1024, 2, 1, 50, 50, 20, 4L << 20, 20, 2_000),

    /** For the guard, which asks for one length of message only, many times. */
    GUARD(5, 128 * 1024 * 1024, 1, 7, 0, 0, 0, 0, 0, 0),

    /** Within about five minutes. */
    QUICK(3, 128 * 1024 * 1024, 4, 2, 1_000, 1_500, 200, 256L << 20, 1_000, 500_000),

    /** Within about fifteen minutes. */
    FULL(3, 256 * 1024 * 1024, 4, 4, 2_000, 5_000, 1_000, 2L << 30, 10_000, 1_000_000);

    /** Runs of each contender unless said otherwise. */
    public final int runs;

    /** Of the segment that is filled in one round, in bytes. */
    public final int segmentLength;

    /** How many times as much is appended where the log grows. */
    public final int growth;

    /** Measured rounds in one run; the run's figure is their median. */
    public final int rounds;

    /** At a fixed rate, before anything is recorded. */
    public final int hopWarmUpMs;

    /** At a fixed rate, recorded. */
    public final int hopMs;

    /** Acknowledged messages. */
    public final int acknowledgements;

    /** Size of the log that is opened again, in bytes of messages and headers. */
    public final long reopenLength;

    /** Idle partitions. */
    public final int partitions;

    /** Published in one round, as fast as it goes. */
    public final int messages;

    Scale(
            final int runs,
            final int segmentLength,
            final int growth,
            final int rounds,
            final int hopWarmUpMs,
            final int hopMs,
            final int acknowledgements,
            final long reopenLength,
            final int partitions,
            final int messages) {
        this.runs = runs;
        this.segmentLength = segmentLength;
        this.growth = growth;
        this.rounds = rounds;
        this.hopWarmUpMs = hopWarmUpMs;
        this.hopMs = hopMs;
        this.acknowledgements = acknowledgements;
        this.reopenLength = reopenLength;
        this.partitions = partitions;
        this.messages = messages;
    }
}
