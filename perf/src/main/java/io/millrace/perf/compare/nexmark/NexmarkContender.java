package io.millrace.perf.compare.nexmark;

import io.millrace.perf.compare.stream.StreamOutcome;

/** Somebody who runs queries of NEXMark. A class with a constructor without parameters; a process makes one and runs one task. */
public interface NexmarkContender {
    /**
     * Runs a query over all events of a file and ends the input behind them: once to warm up and once to be timed.
     *
     * @param task what to do.
     * @return what came out, and how long it took.
     * @throws Exception when it fails.
     */
    StreamOutcome run(NexmarkTask task) throws Exception;

    /**
     * The version of what is measured.
     *
     * @return the version; empty where there is none.
     */
    String version();
}
