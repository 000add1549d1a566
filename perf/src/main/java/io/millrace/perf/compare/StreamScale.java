package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamWorkload;

/** How much of the stream workloads is measured. */
enum StreamScale {
    /** For tests: too little to mean anything. */
    TINY(1, 0, 0, 100_000_000L, 100_000_000L, 0, 0, 100, 200),

    /** For the guard, which has many processes to run in little time; no peer takes part. */
    GUARD(5, 2, 1, 0, 0, 0, 0, 0, 0),

    /** One run, all of it within about ten minutes. */
    QUICK(1, 6, 3, 1_200_000_000L, 1_600_000_000L, 2_400_000_000L, 7_000, 1_000, 2_000),

    /** Three runs, within about two hours. */
    FULL(3, 8, 10, 6_000_000_000L, 8_000_000_000L, 10_000_000_000L, 30_000, 2_000, 10_000);

    private static final int TINY_WARM_UP = 1_000;
    private static final int TINY_MEASURED = 4_000;

    /** Runs of each contender unless said otherwise. */
    final int runs;

    /** Of those who take trades in shots: shots before anything is timed. */
    final int warmUpShots;

    /** Shots that are timed. */
    final int measuredShots;

    /** Of those who take trades one by one: about so long before anything is timed. */
    final long warmUpNs;

    /** About so long timed. */
    final long measuredNs;

    /** The same of those who take a checkpoint each second. */
    final long checkpointedNs;

    /** Time after which no round to warm up a process begins whose latencies are measured, in ms. */
    final int latencyWarmUpMs;

    /** Time at each rate before latencies count, in ms. */
    final int latencySettlingMs;

    /** Time in which they count, in ms. */
    final int latencyMs;

    StreamScale(
            final int runs,
            final int warmUpShots,
            final int measuredShots,
            final long warmUpNs,
            final long measuredNs,
            final long checkpointedNs,
            final int latencyWarmUpMs,
            final int latencySettlingMs,
            final int latencyMs) {
        this.runs = runs;
        this.warmUpShots = warmUpShots;
        this.measuredShots = measuredShots;
        this.warmUpNs = warmUpNs;
        this.measuredNs = measuredNs;
        this.checkpointedNs = checkpointedNs;
        this.latencyWarmUpMs = latencyWarmUpMs;
        this.latencySettlingMs = latencySettlingMs;
        this.latencyMs = latencyMs;
    }

    /**
     * Trades to warm up with.
     *
     * @param costNs about what a trade takes; 0 of those who take them in shots.
     */
    int warmUp(final int shot, final int costNs) {
        return this == TINY ? TINY_WARM_UP : costNs == 0 ? warmUpShots * shot : count(warmUpNs, costNs);
    }

    /** Trades to measure. */
    int measured(final StreamWorkload workload, final int costNs) {
        if (this == TINY) {
            return TINY_MEASURED;
        }
        return costNs == 0
                ? measuredShots * workload.shot()
                : count(workload.isCheckpointed() ? checkpointedNs : measuredNs, costNs);
    }

    /** Trades to measure in whole shots, so many that checkpoints fall due among them. */
    int measuredWithCheckpoints(final int shot, final int costNs) {
        return this == TINY
                ? TINY_MEASURED
                : shot * (int) Math.max(measuredShots, checkpointedNs / ((long) shot * costNs));
    }

    /** In round thousands, and so few that the trades fit into the memory of the process. */
    private static int count(final long durationNs, final int costNs) {
        final int thousand = 1_000;
        final int most = 24_000_000;
        return (int) Math.min(most, Math.max(1, durationNs / costNs / thousand) * thousand);
    }
}
