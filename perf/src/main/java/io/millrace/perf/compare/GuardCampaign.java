package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Result;
import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.stream.StreamOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs pairs of processes, the limit and then ours, each in a JVM of its own. The two of a pair run one behind the other, so that
 * what slows the machine slows both; the pairs of one figure are spread over the whole run, so that they see all the noise there is.
 */
final class GuardCampaign implements GuardMeasure {
    private static final String LOG_STEP = "append-128";

    private final GuardScale scale;

    GuardCampaign(final GuardScale scale) {
        this.scale = scale;
    }

    @Override
    public Map<GuardFigure, List<Double>> run(
            final List<GuardFigure> figures, final int pairs, final Path parent, final Consumer<String> progress)
            throws IOException, InterruptedException {
        final Map<GuardFigure, List<Double>> ratios = new EnumMap<>(GuardFigure.class);
        figures.forEach(figure -> ratios.put(figure, new ArrayList<>()));
        try (Workspace workspace = Workspace.create(parent)) {
            final Thread onExit = new Thread(() -> clean(workspace), "clean");
            Runtime.getRuntime().addShutdownHook(onExit);
            for (int pair = 0; pair < pairs; pair++) {
                addPairs(workspace, ratios, progress);
            }
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
        return ratios;
    }

    /** One pair of each figure. */
    private void addPairs(
            final Workspace workspace, final Map<GuardFigure, List<Double>> ratios, final Consumer<String> progress)
            throws IOException, InterruptedException {
        if (ratios.containsKey(GuardFigure.APPEND) || ratios.containsKey(GuardFigure.READ)) {
            final Result limit = log(workspace, ContenderKind.MEMCPY_WARM, progress);
            final Result ours = log(workspace, ContenderKind.MILLRACE, progress);
            add(ratios.get(GuardFigure.APPEND), limit, ours, "append.128");
            add(ratios.get(GuardFigure.READ), limit, ours, "read.128");
        }
        for (final Map.Entry<GuardFigure, List<Double>> entry : ratios.entrySet()) {
            if (entry.getKey().workload() != null) {
                final double limitNs = job(workspace, StreamKind.LOOP, entry.getKey(), progress);
                final double oursNs = job(workspace, StreamKind.MILLRACE, entry.getKey(), progress);
                entry.getValue().add(limitNs / oursNs);
            }
        }
    }

    private static void add(final List<Double> ratios, final Result limit, final Result ours, final String name) {
        if (ratios != null) {
            ratios.add(ours.figures().get(name) / limit.figures().get(name));
        }
    }

    private Result log(final Workspace workspace, final ContenderKind kind, final Consumer<String> progress)
            throws IOException, InterruptedException {
        progress.accept(kind.title() + ": log");
        try {
            return new ChildProcess(workspace, kind, LOG_STEP, scale.log()).run(workspace.newDirectory());
        } finally {
            workspace.clean();
        }
    }

    /** What a trade took, in ns. */
    private double job(
            final Workspace workspace, final StreamKind kind, final GuardFigure figure, final Consumer<String> progress)
            throws IOException, InterruptedException {
        progress.accept(kind.title() + ": " + figure.id());
        final Path javaHome = Path.of(System.getProperty("java.home"));
        try {
            final StreamOutcome outcome = new StreamProcess(kind, figure.workload(), scale.streams(), javaHome)
                    .run(workspace.newDirectory())
                    .outcome();
            return (double) outcome.elapsedNs() / outcome.measured();
        } finally {
            workspace.clean();
        }
    }

    /** When the user ends the run. */
    private static void clean(final Workspace workspace) {
        OutcomeProcess.killAll();
        try {
            workspace.close();
        } catch (final IOException ex) {
            System.err.println("millrace perf: cannot remove " + workspace.root() + ": " + ex);
        }
    }
}
