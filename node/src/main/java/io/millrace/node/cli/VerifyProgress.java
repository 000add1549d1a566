package io.millrace.node.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows on standard error how far a look through many files is: a bar on a terminal, else a line now and then. The
 * results on standard output are left alone.
 */
final class VerifyProgress implements AutoCloseable {
    private static final long LINE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int BAR_INTERVAL_MS = 200;
    private static final long MIB = 1024L * 1024;

    private final PrintWriter err;
    private final long totalLength;
    private final ProgressBar bar;

    private long doneLength;
    private long saidNs = System.nanoTime();

    /**
     * Begins.
     *
     * @param err         where to write lines.
     * @param totalLength of all files together, in bytes.
     * @param isTerminal  whether standard error is one.
     */
    VerifyProgress(final PrintWriter err, final long totalLength, final boolean isTerminal) {
        this.err = err;
        this.totalLength = totalLength;
        this.bar = isTerminal ? newBar(totalLength) : null;
    }

    private static ProgressBar newBar(final long totalLength) {
        return new ProgressBarBuilder()
                .setTaskName("verify")
                .setInitialMax(totalLength)
                .setUnit(" MiB", MIB)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(BAR_INTERVAL_MS)
                .clearDisplayOnFinish()
                .build();
    }

    /** Takes one more file as done. */
    void step(final String partition, final long length) {
        doneLength += length;
        if (bar != null) {
            bar.setExtraMessage(partition);
            bar.stepTo(Math.min(doneLength, totalLength));
        } else if (System.nanoTime() - saidNs > LINE_INTERVAL_NS) {
            saidNs = System.nanoTime();
            err.printf(
                    "%s: verified %d of %d MiB (%d %%)%n",
                    partition, doneLength / MIB, totalLength / MIB, 100 * doneLength / Math.max(1, totalLength));
            err.flush();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
