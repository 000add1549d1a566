package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.compare.stream.child.StreamMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One process in which one contender runs one stream workload. */
final class StreamProcess {
    private static final long TIMEOUT_S = 300;

    /** Those that run, so that they can be ended when we are. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

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

    /** Kills whatever runs. */
    static void killAll() {
        RUNNING.forEach(Process::destroyForcibly);
    }

    /** Runs it to its end and takes its figures. */
    StreamOutcome.Report run(final Path directory) throws IOException, InterruptedException {
        final Path output = directory.resolve("output");
        final Path figures = directory.resolve("figures");
        final Process process = new ProcessBuilder(command(directory, figures))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        RUNNING.add(process);
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new PerfException(name() + " did not end within " + TIMEOUT_S + " s");
            }
            if (process.exitValue() != 0 || !Files.exists(figures)) {
                throw new PerfException(name() + " failed: " + failure(output, process.exitValue()));
            }
            return StreamOutcome.read(figures);
        } finally {
            process.destroyForcibly().waitFor();
            RUNNING.remove(process);
        }
    }

    private List<String> command(final Path directory, final Path figures) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(kind.flags());
        final String classPath = System.getProperty("java.class.path") + PeerClassPath.of(kind.peer());
        command.addAll(List.of("-cp", classPath, StreamMain.class.getName(), kind.className(), workload.name()));
        command.add(Integer.toString(kind.warmUp(workload, scale)));
        command.add(Integer.toString(kind.measured(workload, scale)));
        command.addAll(List.of(directory.toString(), figures.toString()));
        return command;
    }

    private String name() {
        return kind.id() + " " + workload.id();
    }

    /** The line that tells most: the first exception or error. */
    private static String failure(final Path output, final int status) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse("exit code " + status);
    }
}
