package io.millrace.perf.compare.scale;

/** How much is measured at each point. */
public enum ScaleSize {
    /** For tests: too little to mean anything. */
    TINY(4_000, 1, 1, 1 << 20, 2_000, 50),

    /** All curves within about five minutes. */
    QUICK(2_000_000, 3, 3, 1L << 30, 100_000, 1_000),

    /** All curves within about a quarter of an hour. */
    FULL(4_000_000, 4, 5, 1L << 30, 200_000, 2_000);

    private final int shot;
    private final int warmUpShots;
    private final int shots;
    private final long logUnit;
    private final int appends;
    private final int idleMs;

    ScaleSize(
            final int shot,
            final int warmUpShots,
            final int shots,
            final long logUnit,
            final int appends,
            final int idleMs) {
        this.shot = shot;
        this.warmUpShots = warmUpShots;
        this.shots = shots;
        this.logUnit = logUnit;
        this.appends = appends;
        this.idleMs = idleMs;
    }

    /**
     * Events that a job reads at a time; between two shots nothing is timed.
     *
     * @return more than 0, a multiple of 1,000.
     */
    public int shot() {
        return shot;
    }

    /**
     * Shots before anything is timed.
     *
     * @return more than 0.
     */
    public int warmUpShots() {
        return warmUpShots;
    }

    /**
     * Shots that are timed; the figure is their median.
     *
     * @return more than 0.
     */
    public int shots() {
        return shots;
    }

    /**
     * What a length of 1 of a log means.
     *
     * @return bytes.
     */
    public long logUnit() {
        return logUnit;
    }

    /**
     * Records of a round of appends beside idle topics, and places to look for in a log.
     *
     * @return more than 0.
     */
    public int appends() {
        return appends;
    }

    /**
     * How long it is watched what a store does that has nothing to do.
     *
     * @return ms.
     */
    public int idleMs() {
        return idleMs;
    }
}
