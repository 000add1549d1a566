package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.ResultSum;

/** Work over all partitions of a feed, shot by shot. */
interface ScaledRun extends AutoCloseable {
    /** Gets ready for the shot that was appended last. */
    void prepare();

    /** Does all of a thread's share of a shot; threads are numbered from 0. */
    void run(int thread);

    /** Adds up the results that have come since the last call. */
    void addResults(ResultSum sum);

    @Override
    void close();
}
