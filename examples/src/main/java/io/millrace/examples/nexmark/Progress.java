package io.millrace.examples.nexmark;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on standard error how far a run is, if there is a terminal and nobody wants quiet. */
final class Progress implements AutoCloseable {
    private static final int INTERVAL_MS = 200;

    private final boolean isShown;
    private ProgressBar bar;

    /**
     * Begins.
     *
     * @param isShown false to show nothing.
     */
    Progress(final boolean isShown) {
        this.isShown = isShown;
    }

    /** Begins something, and ends what was before. */
    void begin(final String what, final long total, final String unit, final long unitSize) {
        end();
        bar = isShown
                ? new ProgressBarBuilder()
                        .setTaskName(what)
                        .setInitialMax(total)
                        .setUnit(unit, unitSize)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(INTERVAL_MS)
                        .clearDisplayOnFinish()
                        .build()
                : null;
    }

    /** Tells how much is done. */
    void at(final long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        end();
    }

    /** Ends what has begun, and shows nothing of it any more. */
    void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
