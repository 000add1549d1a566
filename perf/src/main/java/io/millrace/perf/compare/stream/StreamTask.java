package io.millrace.perf.compare.stream;

import java.nio.file.Path;

/**
 * What a contender has to do in its process.
 *
 * @param workload  to run.
 * @param warmUp    trades that are not timed, at the beginning.
 * @param measured  trades behind them that are timed.
 * @param directory for files; empty, and removed by somebody else.
 */
public record StreamTask(StreamWorkload workload, int warmUp, int measured, Path directory) {
    /**
     * All trades.
     *
     * @return their number.
     */
    public int total() {
        return Math.addExact(warmUp, measured);
    }
}
