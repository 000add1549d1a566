package io.millrace.perf.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** What the commands behind {@code millrace perf} have in common: where they write, what they refuse, and how they say how far they are. */
abstract class MeasuringCommand implements Callable<Integer> {
    static final int MAX_RUNS = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to put the files while it runs; default: the system's directory for temporary files.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file, too.")
    private Path json;

    final Path directory() {
        return directory;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** The time of a run, as reports show it. */
    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Before all the measuring, not behind it. */
    final void checkOutputs() {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw wrong("--dir must be a directory that can be written to: " + directory);
        }
        checkFile("--json", json);
    }

    /** Refuses a file that cannot be written; null is none. */
    final void checkFile(final String option, final Path file) {
        if (file == null) {
            return;
        }
        final Path parent = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)
                || parent == null
                || !Files.isWritable(parent)
                || (Files.exists(file) && !Files.isWritable(file))) {
            throw wrong(option + " must name a file that can be written: " + file);
        }
    }

    /** Refuses a number outside its range; what was not given is the usual one, and not looked at. */
    final int inRange(final String option, final Integer given, final int usual, final int min, final int max) {
        if (given == null) {
            return usual;
        }
        if (given < min || given > max) {
            throw wrong(option + " must be from " + min + " to " + max + ": " + given);
        }
        return given;
    }

    final ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Runs under a progress bar, which goes on whenever the measurement says what comes next. */
    final void underWay(final int steps, final Measurement measurement) throws IOException, InterruptedException {
        final boolean[] hasBegun = {false};
        try (ProgressBar bar = newBar(steps)) {
            measurement.run(what -> {
                if (hasBegun[0]) {
                    bar.step();
                }
                hasBegun[0] = true;
                bar.setExtraMessage(what);
            });
            bar.step();
        }
    }

    /** Writes the figures where {@code --json} says, if it does. */
    final void writeJson(final Map<String, Object> report) throws IOException {
        if (json != null) {
            Files.writeString(
                    json, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report) + System.lineSeparator());
        }
    }

    private static ProgressBar newBar(final int steps) {
        final ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName("measuring")
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(1000)
                .clearDisplayOnFinish();
        if (!isTerminal()) {
            builder.setConsumer(new DelegatingProgressBarConsumer(ignored -> {}));
        }
        return builder.build();
    }

    /** Whether standard error is one; a console object says nothing about that from JDK 22 on. */
    private static boolean isTerminal() {
        try {
            final String name =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (final IOException | UnsupportedOperationException ex) {
            return System.console() != null;
        }
    }

    /** What a command measures. */
    @FunctionalInterface
    interface Measurement {
        /** Measures it, and says what comes next. */
        void run(Consumer<String> progress) throws IOException, InterruptedException;
    }
}
