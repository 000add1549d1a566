package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs all processes of some stream workloads: run after run, and within a run the contenders in turn.
 *
 * @param workloads  in the order in which they are run.
 * @param contenders to run them.
 * @param scale      how much.
 * @param runs       how often.
 * @param peerJava   home of the JDK for the peers.
 */
record StreamCampaign(
        List<StreamWorkload> workloads, Set<StreamKind> contenders, StreamScale scale, int runs, Path peerJava) {
    /** How often {@link #run} tells that it begins with something. */
    int stepCount() {
        int count = 0;
        for (final StreamWorkload workload : workloads) {
            count += contenders(workload).size();
        }
        return count * runs;
    }

    List<StreamKind> contenders(final StreamWorkload workload) {
        return contenders.stream()
                .filter(kind -> kind.runs(workload, scale))
                .sorted()
                .toList();
    }

    /**
     * Measures everything. Who fails is not asked again on that workload; the others go on.
     *
     * @param parent   of the directory that the files go to.
     * @param figures  take what is measured.
     * @param progress is told what begins.
     */
    void run(final Path parent, final StreamFigures figures, final Consumer<String> progress)
            throws IOException, InterruptedException {
        Workspace.use(parent, workspace -> {
            for (int run = 0; run < runs; run++) {
                for (final StreamWorkload workload : workloads) {
                    final List<StreamKind> turn = new ArrayList<>(contenders(workload));
                    Collections.rotate(turn, run); // nobody is always the one behind the same other
                    for (final StreamKind kind : turn) {
                        progress.accept(kind.title() + ": " + workload.id());
                        measure(workspace, kind, workload, figures);
                    }
                }
            }
        });
    }

    private void measure(
            final Workspace workspace,
            final StreamKind kind,
            final StreamWorkload workload,
            final StreamFigures figures)
            throws IOException, InterruptedException {
        if (figures.hasFailed(kind, workload)) {
            return;
        }
        try {
            figures.add(
                    kind,
                    workload,
                    new StreamProcess(kind, workload, scale, javaHome(kind)).run(workspace.newDirectory()));
        } catch (final PerfException ex) {
            figures.addFailure(kind, workload, ex.getMessage());
        } finally {
            workspace.clean();
        }
    }

    Path javaHome(final StreamKind kind) {
        return kind.isPeer() ? peerJava : Path.of(System.getProperty("java.home"));
    }
}
