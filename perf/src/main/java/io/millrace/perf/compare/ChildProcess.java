package io.millrace.perf.compare;

import io.millrace.perf.compare.child.ChildMain;
import io.millrace.perf.compare.child.Result;
import io.millrace.perf.compare.child.Scale;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process that measures one contender. */
final class ChildProcess {
    /** The same heap for all whose documentation asks for no other; none of them needs much. */
    private static final List<String> COMMON_FLAGS = List.of("-Xms512m", "-Xmx512m");

    private static final long TIMEOUT_S = 300;
    private static final long POLL_MS = 2;

    private final Workspace workspace;
    private final ContenderKind kind;
    private final String step;
    private final Scale scale;

    ChildProcess(final Workspace workspace, final ContenderKind kind, final String step, final Scale scale) {
        this.workspace = workspace;
        this.kind = kind;
        this.step = step;
        this.scale = scale;
    }

    /** All flags of the JVM that a contender runs in. */
    static List<String> flags(final ContenderKind kind) {
        final List<String> flags = new ArrayList<>(COMMON_FLAGS);
        flags.addAll(kind.flags()); // which may ask for another heap
        return flags;
    }

    /** Runs it to its end and takes its figures. */
    Result run(final Path directory) throws IOException, InterruptedException {
        final Path figures = figures();
        Files.deleteIfExists(figures);
        OutcomeProcess.runToEnd(name(), workspace.root(), command(directory), figures);
        return Result.read(figures);
    }

    /** Runs it until it has made a file, and kills it a moment later, wherever it is then. */
    void runAndKill(final Path directory, final String readyFile) throws IOException, InterruptedException {
        final Path output = workspace.root().resolve("output");
        final Process process = OutcomeProcess.start(command(directory), output);
        try {
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (!Files.exists(directory.resolve(readyFile))) {
                if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                    throw new PerfException(name() + " failed: " + OutcomeProcess.failure(output, 0));
                }
                Thread.sleep(POLL_MS);
            }
            Thread.sleep(50);
        } finally {
            OutcomeProcess.end(process);
        }
    }

    private List<String> command(final Path directory) throws IOException {
        final List<String> command =
                JavaCommand.of(JavaCommand.ownHome(), flags(kind), kind.peer(), ChildMain.class.getName());
        command.addAll(List.of(step, kind.id(), scale.name()));
        command.addAll(List.of(
                directory.toString(), workspace.memory().toString(), figures().toString()));
        return command;
    }

    private Path figures() {
        return workspace.root().resolve("figures");
    }

    private String name() {
        return kind.id() + " " + step;
    }
}
