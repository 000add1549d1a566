package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Runs a process that leaves its figures in a file. */
final class OutcomeProcess {
    private static final long TIMEOUT_S = 300;
    private static final int LAST_LINES = 12;

    /** Those that run, so that they can be ended when we are. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    /** Makes the command line of a process. */
    @FunctionalInterface
    interface Command {
        /**
         * The program and its arguments.
         *
         * @param figures file that the process writes.
         */
        List<String> line(Path figures) throws IOException;
    }

    private OutcomeProcess() {}

    /** Kills whatever runs. */
    static void killAll() {
        RUNNING.forEach(Process::destroyForcibly);
    }

    /** Runs one to its end and takes its figures. */
    static StreamOutcome.Report run(final String name, final Path directory, final Command command)
            throws IOException, InterruptedException {
        return StreamOutcome.read(runToFile(name, directory, command));
    }

    /** Runs one to its end and tells where its figures are. */
    static Path runToFile(final String name, final Path directory, final Command command)
            throws IOException, InterruptedException {
        final Path figures = directory.resolve("figures");
        runToEnd(name, directory, command.line(figures), figures);
        return figures;
    }

    /** Runs one to its end, by which it has written a file. */
    static void runToEnd(final String name, final Path directory, final List<String> command, final Path figures)
            throws IOException, InterruptedException {
        final Path output = directory.resolve("output");
        final Process process = start(command, output);
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new PerfException(name + " did not end within " + TIMEOUT_S + " s");
            }
            if (process.exitValue() != 0 || !Files.exists(figures)) {
                throw new PerfException(name + " failed: " + failure(output, process.exitValue()));
            }
        } finally {
            end(process);
        }
    }

    /** Starts one that ends when we do. */
    static Process start(final List<String> command, final Path output) throws IOException {
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        RUNNING.add(process);
        return process;
    }

    /** Kills one. */
    static void end(final Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
        RUNNING.remove(process);
    }

    /** The line that tells most: the first exception or error; where there is none, what was said last. */
    static String failure(final Path output, final int status) throws IOException {
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
