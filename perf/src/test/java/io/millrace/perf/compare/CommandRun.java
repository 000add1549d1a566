package io.millrace.perf.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs commands of {@code millrace perf} for a test as a user does, and keeps what the last one has printed. */
final class CommandRun {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /**
     * Runs a command.
     *
     * @param command   that is run.
     * @param directory for its files, unless the options name another one.
     * @param options   and arguments.
     * @return its exit code.
     */
    int run(final Object command, final Path directory, final String... options) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        final CommandLine commandLine = PerfCommand.create(command);
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        final Stream<String> name = commandLine.getSubcommands().keySet().stream();
        final boolean hasDirectory = Stream.of(options).anyMatch(option -> option.startsWith("--dir"));
        final Stream<String> place = hasDirectory ? Stream.empty() : Stream.of("--dir", directory.toString());
        return commandLine.execute(
                Stream.of(name, place, Stream.of(options)).flatMap(each -> each).toArray(String[]::new));
    }

    /** What it has printed on standard output. */
    String out() {
        return out.toString();
    }

    /** What it has printed on standard error. */
    String err() {
        return err.toString();
    }

    /** Files and directories that lie in a directory. */
    static List<Path> filesIn(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
