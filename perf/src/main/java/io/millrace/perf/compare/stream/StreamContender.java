package io.millrace.perf.compare.stream;

/** Somebody who runs stream workloads. A class with a constructor without parameters; a process makes one and runs one task. */
public interface StreamContender {
    /**
     * Runs a workload over all trades of a task and ends the input behind them, so that every window is told.
     *
     * @param task what to do.
     * @return what came out, and how long the measured trades took.
     * @throws Exception when it fails.
     */
    StreamOutcome run(StreamTask task) throws Exception;

    /**
     * The version of what is measured.
     *
     * @return the version; empty where there is none.
     */
    String version();
}
