package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.compare.stream.child.StreamMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One process in which one contender runs one stream workload. */
final class StreamProcess {
    private final StreamKind kind;
    private final StreamWorkload workload;
    private final StreamScale scale;
    private final Path javaHome;

    StreamProcess(final StreamKind kind, final StreamWorkload workload, final StreamScale scale, final Path javaHome) {
        this.kind = kind;
        this.workload = workload;
        this.scale = scale;
        this.javaHome = javaHome;
    }

    /** Runs it to its end and takes its figures. */
    StreamOutcome.Report run(final Path directory) throws IOException, InterruptedException {
        final CompanionProcess companion = CompanionProcess.start(kind, javaHome, directory);
        try {
            return OutcomeProcess.run(
                    kind.id() + " " + workload.id(), directory, figures -> command(directory, figures));
        } finally {
            CompanionProcess.end(companion);
        }
    }

    private List<String> command(final Path directory, final Path figures) throws IOException {
        final List<String> command = JavaCommand.of(javaHome, kind.flags(), kind.peer(), StreamMain.class.getName());
        command.addAll(List.of(kind.className(), workload.name()));
        command.add(Integer.toString(kind.warmUp(workload, scale)));
        command.add(Integer.toString(kind.measured(workload, scale)));
        command.addAll(List.of(directory.toString(), figures.toString()));
        return command;
    }
}
