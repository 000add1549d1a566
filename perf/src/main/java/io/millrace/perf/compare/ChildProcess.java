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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One process that measures one contender. */
final class ChildProcess {
    /** The same heap for all whose documentation asks for no other; none of them needs much. */
    private static final List<String> COMMON_FLAGS = List.of("-Xms512m", "-Xmx512m");

    private static final long TIMEOUT_S = 300;
    private static final long POLL_MS = 2;
    private static final int LAST_LINES = 12;

    /** Those that run, so that they can be ended when we are. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

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

    /** Kills whatever runs. */
    static void killAll() {
        RUNNING.forEach(Process::destroyForcibly);
    }

    /** Runs it to its end and takes its figures. */
    Result run(final Path directory) throws IOException, InterruptedException {
        final Path output = workspace.root().resolve("output");
        final Path figures = workspace.root().resolve("figures");
        Files.deleteIfExists(figures);
        final Process process = start(directory, figures, output);
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new PerfException(name() + " did not end within " + TIMEOUT_S + " s");
            }
            if (process.exitValue() != 0 || !Files.exists(figures)) {
                throw new PerfException(name() + " failed: " + failure(output, process.exitValue()));
            }
            return Result.read(figures);
        } finally {
            end(process);
        }
    }

    /** Runs it until it has made a file, and kills it a moment later, wherever it is then. */
    void runAndKill(final Path directory, final String readyFile) throws IOException, InterruptedException {
        final Path output = workspace.root().resolve("output");
        final Process process = start(directory, workspace.root().resolve("figures"), output);
        try {
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (!Files.exists(directory.resolve(readyFile))) {
                if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                    throw new PerfException(name() + " failed: " + failure(output, 0));
                }
                Thread.sleep(POLL_MS);
            }
            Thread.sleep(50);
        } finally {
            end(process);
        }
    }

    private Process start(final Path directory, final Path figures, final Path output) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(kind));
        final String classPath = System.getProperty("java.class.path") + PeerClassPath.of(kind.peer());
        command.addAll(List.of("-cp", classPath, ChildMain.class.getName()));
        command.addAll(List.of(step, kind.id(), scale.name()));
        command.addAll(List.of(directory.toString(), workspace.memory().toString(), figures.toString()));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        RUNNING.add(process);
        return process;
    }

    private static void end(final Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
        RUNNING.remove(process);
    }

    private String name() {
        return kind.id() + " " + step;
    }

    /** The line that tells most: the first exception or error. */
    private static String failure(final Path output, final int status) throws IOException {
        final List<String> lines = Files.readAllLines(output);
        return lines.stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse(
                        lines.isEmpty()
                                ? "exit code " + status
                                : String.join(
                                        " | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
    }
}
