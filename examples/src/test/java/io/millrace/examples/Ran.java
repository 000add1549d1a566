package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine;

/** Runs examples as the command does, each with the same arguments once, and reads the slices in its own way. */
public final class Ran {
    private static final Map<List<String>, List<String>> PRINTED = new ConcurrentHashMap<>();

    private Ran() {}

    /** What an example prints; it must end well. */
    public static List<String> example(final String... args) {
        return PRINTED.computeIfAbsent(List.of(args), Ran::execute);
    }

    /** The same, run again although it was run before. */
    public static List<String> again(final String... args) {
        return execute(List.of(args));
    }

    private static List<String> execute(final List<String> args) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final CommandLine command =
                ExampleCommand.create().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        final int exitCode = command.execute(args.toArray(String[]::new));
        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        return out.toString().lines().toList();
    }

    /** The lines of a resource that is compressed. */
    public static List<String> lines(final String resource) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Ran.class.getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
