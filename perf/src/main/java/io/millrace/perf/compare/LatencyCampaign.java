package io.millrace.perf.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs all processes of S6: run after run, and within a run the contenders in turn.
 *
 * @param contenders whose latency is measured.
 * @param scale      how much.
 * @param runs       how often.
 * @param peerJava   home of the JDK for the peers.
 */
record LatencyCampaign(Set<StreamKind> contenders, StreamScale scale, int runs, Path peerJava) {
    /** How often {@link #run} tells that it begins with something. */
    int stepCount() {
        return kinds().size() * runs;
    }

    List<LatencyKind> kinds() {
        return Arrays.stream(LatencyKind.values())
                .filter(kind ->
                        contenders.contains(kind.base()) && !kind.cases(scale).isEmpty())
                .toList();
    }

    /**
     * Measures everything. Who fails is not asked again; the others go on.
     *
     * @param parent   of the directory that the files go to.
     * @param figures  take what is measured.
     * @param progress is told what begins.
     */
    void run(final Path parent, final LatencyFigures figures, final Consumer<String> progress)
            throws IOException, InterruptedException {
        Workspace.use(parent, workspace -> {
            for (int run = 0; run < runs; run++) {
                final List<LatencyKind> turn = new ArrayList<>(kinds());
                Collections.rotate(turn, run); // nobody is always the one behind the same other
                for (final LatencyKind kind : turn) {
                    progress.accept(kind.title() + ": s6");
                    measure(workspace, kind, figures);
                }
            }
        });
    }

    private void measure(final Workspace workspace, final LatencyKind kind, final LatencyFigures figures)
            throws IOException, InterruptedException {
        if (figures.hasFailed(kind)) {
            return;
        }
        try {
            new LatencyProcess(kind, scale, javaHome(kind.base())).run(workspace.newDirectory(), figures);
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
