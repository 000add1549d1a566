package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Runs all processes of some sections: run after run, and within a run the contenders in turn. */
final class Campaign {
    private static final String FILL = "reopen-fill";

    private final List<Section> sections;
    private final Set<ContenderKind> contenders;
    private final Scale scale;
    private final int runs;

    Campaign(final List<Section> sections, final Set<ContenderKind> contenders, final Scale scale, final int runs) {
        this.sections = sections;
        this.contenders = contenders;
        this.scale = scale;
        this.runs = runs;
    }

    Scale scale() {
        return scale;
    }

    int runs() {
        return runs;
    }

    List<Section> sections() {
        return sections;
    }

    /** Those of all sections that are measured. */
    Set<ContenderKind> contenders() {
        final Set<ContenderKind> all = EnumSet.noneOf(ContenderKind.class);
        sections.forEach(section -> all.addAll(contenders(section)));
        return all;
    }

    private List<ContenderKind> contenders(final Section section) {
        return section.contenders().stream().filter(contenders::contains).toList();
    }

    /** Each group of steps with all contenders of the sections that share it. */
    private Map<List<String>, Set<ContenderKind>> groups() {
        final Map<List<String>, Set<ContenderKind>> groups = new LinkedHashMap<>();
        for (final Section section : sections) {
            groups.computeIfAbsent(section.steps(), ignored -> EnumSet.noneOf(ContenderKind.class))
                    .addAll(contenders(section));
        }
        return groups;
    }

    /** How often {@link #run} tells that it begins with something. */
    int stepCount() {
        return runs * groups().values().stream().mapToInt(Set::size).sum();
    }

    /**
     * Measures everything.
     *
     * @param parent   of the directory that the files go to.
     * @param figures  take what is measured, also when a later process fails.
     * @param progress is told what begins.
     */
    void run(final Path parent, final Figures figures, final Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Workspace workspace = Workspace.create(parent)) {
            final Thread onExit = new Thread(() -> clean(workspace), "clean");
            Runtime.getRuntime().addShutdownHook(onExit);
            for (int run = 0; run < runs; run++) {
                for (final Map.Entry<List<String>, Set<ContenderKind>> group : groups().entrySet()) {
                    final List<ContenderKind> turn = new ArrayList<>(group.getValue());
                    Collections.rotate(turn, run); // nobody is always the one behind the same other
                    for (final ContenderKind kind : turn) {
                        progress.accept(kind.title() + ": " + group.getKey().get(0));
                        measure(workspace, kind, group.getKey(), figures);
                    }
                }
            }
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
    }

    private void measure(
            final Workspace workspace, final ContenderKind kind, final List<String> steps, final Figures figures)
            throws IOException, InterruptedException {
        final Path directory = workspace.newDirectory();
        for (final String step : steps) {
            final ChildProcess process = new ChildProcess(workspace, kind, step, scale);
            if (step.equals(FILL)) {
                process.runAndKill(directory, "ready");
            } else {
                figures.add(kind, process.run(directory));
            }
        }
        workspace.clean();
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
