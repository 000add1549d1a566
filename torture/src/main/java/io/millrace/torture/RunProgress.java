package io.millrace.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error while a run goes on, if that is a terminal. */
final class RunProgress implements AutoCloseable {
    private static final int INTERVAL_MS = 500;

    private final TortureOptions options;
    private final ProgressBar bar;

    RunProgress(final TortureOptions options) {
        this.options = options;
        bar = isTerminal() && !options.isVerbose() ? newBar(Math.max(options.seconds(), options.kills())) : null;
    }

    private static ProgressBar newBar(final long end) {
        return new ProgressBarBuilder()
                .setTaskName("torture")
                .setInitialMax(end)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(INTERVAL_MS)
                .clearDisplayOnFinish()
                .build();
    }

    void show(final Counts counts, final long seconds) {
        if (bar != null) {
            final long end = Math.max(options.seconds(), options.kills());
            bar.stepTo(Math.min(end, options.kills() > 0 ? counts.kills : seconds));
            bar.setExtraMessage(counts.kills + " kills, " + counts.rounds + " rounds");
        }
    }

    /** Whether standard error is one; a console object says nothing about that from JDK 22 on. */
    private static boolean isTerminal() {
        try {
            final String name =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (final IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
