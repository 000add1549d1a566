package io.millrace.perf.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Where the guard has its figures from: processes, or what a test says. */
@FunctionalInterface
interface GuardMeasure {
    /**
     * Measures everything.
     *
     * @param figures  to measure, at least one.
     * @param pairs    of each.
     * @param parent   of the directory that the files go to.
     * @param progress is told what begins, {@link #stepCount} times.
     * @return of each figure the ratio of each pair.
     */
    Map<GuardFigure, List<Double>> run(List<GuardFigure> figures, int pairs, Path parent, Consumer<String> progress)
            throws IOException, InterruptedException;

    /** How often progress is told: once for each process. */
    static int stepCount(final List<GuardFigure> figures, final int pairs) {
        final long jobs =
                figures.stream().filter(figure -> figure.workload() != null).count();
        final int log = jobs < figures.size() ? 1 : 0;
        return 2 * pairs * (int) (jobs + log);
    }
}
