package io.millrace.perf.compare;

import io.millrace.examples.nexmark.NexmarkEvents;
import io.millrace.perf.compare.nexmark.NexmarkMain;
import io.millrace.perf.compare.stream.StreamOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs all processes of some queries: run after run, and within a run the columns in turn.
 *
 * @param queries  in the order in which they are run.
 * @param columns  of the table.
 * @param runs     how often.
 * @param events   file of events; null to make them up.
 * @param count    of events that are made up.
 * @param peerJava home of the JDK for the peers.
 */
record NexmarkCampaign(
        List<String> queries, List<NexmarkColumn> columns, int runs, Path events, int count, Path peerJava) {
    /** Of the events that are made up. */
    static final long SEED = 20_261_127;

    private static final NexmarkColumn REFERENCE = NexmarkColumn.millrace(1);

    /** How often {@link #run} tells that it begins with something, at most. */
    int stepCount() {
        int steps = columns.contains(REFERENCE) ? 0 : queries.size();
        for (final String query : queries) {
            steps += runs * columns(query).size();
        }
        return steps;
    }

    List<NexmarkColumn> columns(final String query) {
        return columns.stream().filter(column -> column.runs(query)).toList();
    }

    /**
     * Measures everything. What fails is not tried again; the others go on.
     *
     * @param parent   of the directory that the files go to.
     * @param figures  take what is measured.
     * @param progress is told what begins.
     */
    void run(final Path parent, final NexmarkFigures figures, final Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Workspace workspace = Workspace.create(parent)) {
            final Thread onExit = new Thread(() -> clean(workspace), "clean");
            Runtime.getRuntime().addShutdownHook(onExit);
            final Path file = events != null ? events : workspace.root().resolve("events.csv");
            if (events == null) {
                NexmarkEvents.write(file, SEED, count);
            }
            for (int run = 0; run < runs; run++) {
                for (final String query : queries) {
                    final List<NexmarkColumn> turn = new ArrayList<>(columns(query));
                    Collections.rotate(turn, run); // nobody is always the one behind the same other
                    if (run == 0) {
                        // The first run on one partition says what the rows are.
                        turn.remove(REFERENCE);
                        turn.add(0, REFERENCE);
                    }
                    for (final NexmarkColumn column : turn) {
                        progress.accept(column.title() + ": " + query);
                        measure(workspace, column, query, file, figures);
                    }
                }
            }
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
    }

    private void measure(
            final Workspace workspace,
            final NexmarkColumn column,
            final String query,
            final Path file,
            final NexmarkFigures figures)
            throws IOException, InterruptedException {
        final boolean isReference = column.equals(REFERENCE);
        if (figures.hasFailed(column, query) || !isReference && !figures.isExpected(query)) {
            return; // without a reference nobody's rows could be told to be right
        }
        try {
            final Path directory = workspace.newDirectory();
            final StreamOutcome.Report report = OutcomeProcess.run(
                    column.id() + " " + query, directory, output -> command(column, query, file, directory, output));
            if (isReference) {
                figures.expect(query, report.outcome());
            }
            figures.add(column, query, report);
        } catch (final PerfException ex) {
            figures.addFailure(column, query, ex.getMessage());
        } finally {
            workspace.clean();
        }
    }

    private List<String> command(
            final NexmarkColumn column, final String query, final Path file, final Path directory, final Path output)
            throws IOException {
        final List<String> command =
                JavaCommand.of(javaHome(column), column.flags(), column.kind().peer(), NexmarkMain.class.getName());
        command.addAll(List.of(column.className(), query));
        command.addAll(List.of(
                Integer.toString(column.cores()),
                file.toAbsolutePath().toString(),
                directory.toString(),
                output.toString()));
        return command;
    }

    Path javaHome(final NexmarkColumn column) {
        return column.kind().isPeer() ? peerJava : Path.of(System.getProperty("java.home"));
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
