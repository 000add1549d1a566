package io.millrace.perf.compare;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyOutcome;
import io.millrace.perf.compare.latency.child.LatencyMain;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** One process in which the latency of one contender is measured at all rates, with the machine's hiccups beside it. */
final class LatencyProcess {
    private final LatencyKind kind;
    private final StreamScale scale;
    private final Path javaHome;

    LatencyProcess(final LatencyKind kind, final StreamScale scale, final Path javaHome) {
        this.kind = kind;
        this.scale = scale;
        this.javaHome = javaHome;
    }

    /** Runs it to its end and takes its figures. */
    void run(final Path directory, final LatencyFigures figures) throws IOException, InterruptedException {
        final Path file = directory.resolve("figures");
        final Properties properties = new Properties();
        final HiccupMeter hiccups = new HiccupMeter();
        final CompanionProcess companion = CompanionProcess.start(kind.base(), javaHome, directory);
        try {
            OutcomeProcess.runToEnd(kind.id() + " s6", directory, command(directory, file), file);
        } finally {
            hiccups.stop();
            CompanionProcess.end(companion);
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        figures.setVersion(kind, properties.getProperty("version", ""));
        for (final LatencyCase latencyCase : kind.cases(scale)) {
            final LatencyOutcome outcome = LatencyOutcome.of(properties, latencyCase);
            figures.add(kind, outcome, hiccups.between(outcome.beginMs(), outcome.endMs()));
        }
    }

    private List<String> command(final Path directory, final Path file) throws IOException {
        final List<String> command =
                JavaCommand.of(javaHome, kind.base().flags(), kind.base().peer(), LatencyMain.class.getName());
        command.add(kind.className());
        command.add(Integer.toString(scale.latencySettlingMs));
        command.add(Integer.toString(scale.latencyMs));
        command.add(Integer.toString(scale.latencyWarmUpMs));
        command.addAll(List.of(directory.toString(), file.toString()));
        kind.cases(scale).forEach(latencyCase -> command.add(latencyCase.id()));
        return command;
    }
}
