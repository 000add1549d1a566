package io.millrace.perf.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs all processes of S7, run after run.
 *
 * @param contenders to be killed.
 * @param scale      how much.
 * @param runs       how often.
 * @param peerJava   home of the JDK for the peers.
 */
record RecoveryCampaign(Set<StreamKind> contenders, StreamScale scale, int runs, Path peerJava) {
    private static final int TINY_KEYS = 1_000;
    private static final int KEYS = 1_000_000;
    private static final int TINY_UNTIL_KILLED_MS = 100;
    private static final int UNTIL_KILLED_MS = 1_600;

    /** How often {@link #run} tells that it begins with something. */
    int stepCount() {
        return kinds().size() * runs;
    }

    List<RecoveryKind> kinds() {
        return Arrays.stream(RecoveryKind.values())
                .filter(kind -> contenders.contains(kind.base()))
                .toList();
    }

    int keys() {
        return scale == StreamScale.TINY ? TINY_KEYS : KEYS;
    }

    /** How long checkpoints go on when the state is full, so that what is killed has a newer one, and work behind it. */
    int untilKilledMs() {
        return scale == StreamScale.TINY ? TINY_UNTIL_KILLED_MS : UNTIL_KILLED_MS;
    }

    /**
     * Measures everything. Who fails is not asked again; the others go on.
     *
     * @param parent   of the directory that the files go to.
     * @param figures  take what is measured.
     * @param progress is told what begins.
     */
    void run(final Path parent, final RecoveryFigures figures, final Consumer<String> progress)
            throws IOException, InterruptedException {
        Workspace.use(parent, workspace -> {
            for (int run = 0; run < runs; run++) {
                for (final RecoveryKind kind : kinds()) {
                    progress.accept(kind.title() + ": s7");
                    measure(workspace, kind, figures);
                }
            }
        });
    }

    private void measure(final Workspace workspace, final RecoveryKind kind, final RecoveryFigures figures)
            throws IOException, InterruptedException {
        if (figures.hasFailed(kind)) {
            return;
        }
        try {
            figures.add(kind, new RecoveryProcess(kind, this).run(workspace.newDirectory(), figures));
        } catch (final PerfException ex) {
            figures.addFailure(kind, ex.getMessage());
        } finally {
            workspace.clean();
        }
    }

    Path javaHome(final StreamKind kind) {
        return kind.isPeer() ? peerJava : Path.of(System.getProperty("java.home"));
    }
}
