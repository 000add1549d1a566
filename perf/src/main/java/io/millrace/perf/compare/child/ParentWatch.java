package io.millrace.perf.compare.child;

import java.io.IOException;

/** Ends a process that was started to measure something when the one that started it has gone. */
public final class ParentWatch {
    /** How such a process ends. */
    private static final int ORPHANED = 3;

    private ParentWatch() {}

    /** Starts to watch: the parent holds the other end of standard input, which closes when it is killed. */
    public static void start() {
        final Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is ever sent.
                        }
                    } catch (final IOException ex) {
                        // As good as the end.
                    }
                    Runtime.getRuntime().halt(ORPHANED);
                },
                "parent-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }
}
