package io.millrace.perf.compare.recovery;

import java.nio.file.Path;

/**
 * Somebody who is killed and started again: sums over all trades of an instrument so far, with a result for each trade, exactly once and
 * with a checkpoint each second. A class with a constructor without parameters; each process makes one.
 */
public interface RecoveryContender {
    /** Trades a second that go on coming while the process is killed, and afterwards. */
    int RATE = 20_000;

    /**
     * Works until the process is killed: first a trade of each instrument, as fast as it goes, then others at the rate.
     *
     * @param directory for files, which stay.
     * @param keys      number of instruments.
     * @param ready     to be called once when all instruments are in a checkpoint that is complete.
     * @throws Exception when it fails.
     */
    void fill(Path directory, int keys, Runnable ready) throws Exception;

    /**
     * Goes on where the killed process was, until the meter has enough.
     *
     * @param directory with the files of that process.
     * @param keys      number of instruments.
     * @param meter     takes the results that are new.
     * @throws Exception when it fails.
     */
    void recover(Path directory, int keys, RecoveryMeter meter) throws Exception;

    /**
     * The version of what is measured.
     *
     * @return the version; empty where there is none.
     */
    String version();
}
