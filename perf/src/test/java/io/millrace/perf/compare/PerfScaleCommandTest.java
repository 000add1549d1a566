package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.scale.ScaleSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.jr.ob.JSON;

/** Runs the command with next to nothing to measure, in processes as a user does; {@link ScaleMeasuresTest} runs the other curves. */
@Timeout(120)
final class PerfScaleCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldMeasureACurveAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");
        final Path html = directory.resolve("report.html");

        final int status = run("log", "--json", json.toString(), "--html", html.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        assertThat(out.toString())
                .contains("GiB in the log", "append, a record", "why: ", "1 run of each point")
                .doesNotContain("failed", "FAILED", "left out");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat((List<?>) map.get("failures")).isEmpty();
        assertThat(((Number) map.get("verified")).longValue()).isPositive();
        final Map<?, ?> curve = (Map<?, ?>) ((List<?>) map.get("curves")).get(0);
        assertThat((List<?>) curve.get("lines"))
                .hasSize(7)
                .allSatisfy(line ->
                        assertThat((List<?>) ((Map<?, ?>) line).get("points")).hasSize(2));
        assertThat(Files.readString(html)).contains("\"curves\"", "new Chart").doesNotContain("/*DATA*/");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(json, html);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "memory, unknown curve 'memory'; there are cores",
        "--runs=0, '--runs must be from 1 to 100: 0'",
        "--dir=/nowhere, --dir must be a directory that can be written to: /nowhere",
        "--json=/nowhere/f.json, --json must name a file that can be written",
        "--html=/nowhere/f.html, --html must name a file that can be written",
        "--fast, Unknown option"
    })
    void shouldSayInOneLineWhatIsWrongWithAnArgument(final String argument, final String message) {
        assertThat(run(argument)).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    private int run(final String... arguments) {
        final CommandLine commandLine = PerfCommand.create(new PerfScaleCommand(ScaleSize.TINY));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        final boolean hasDirectory = Stream.of(arguments).anyMatch(argument -> argument.startsWith("--dir"));
        final Stream<String> own =
                hasDirectory ? Stream.of("scale") : Stream.of("scale", "--dir", directory.toString());
        return commandLine.execute(Stream.concat(own, Stream.of(arguments)).toArray(String[]::new));
    }
}
