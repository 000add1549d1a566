package io.millrace.perf.compare.latency;

import java.nio.file.Path;

/** Somebody whose latency is measured. A class with a constructor without parameters; a process makes one and runs all rates. */
public interface LatencyContender extends AutoCloseable {
    /**
     * Starts what all rates have in common.
     *
     * @param directory for files.
     * @throws Exception when it fails.
     */
    void open(Path directory) throws Exception;

    /**
     * Begins the pace when a job is ready, gives out each trade when it is due, and returns when all results have come or it is too
     * late for them. Nothing of the job is left then.
     *
     * @param latencyCase to run.
     * @param pace        of the trades.
     * @param meter       that takes the results.
     * @param directory   for files, of this rate alone.
     * @throws Exception when it fails.
     */
    void run(LatencyCase latencyCase, Pace pace, LatencyMeter meter, Path directory) throws Exception;

    /**
     * The version of what is measured.
     *
     * @return the version; empty where there is none.
     */
    String version();

    @Override
    void close();
}
