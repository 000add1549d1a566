package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.scale.ScaleSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** Runs the command with next to nothing to measure, in processes as a user does; {@link ScaleMeasuresTest} runs the other curves. */
@Timeout(120)
final class PerfScaleCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();

    @Test
    void shouldMeasureACurveAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");
        final Path html = directory.resolve("report.html");

        final int status = run("log", "--json", json.toString(), "--html", html.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out())
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
        assertThat(CommandRun.filesIn(directory)).containsExactlyInAnyOrder(json, html);
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

        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    private int run(final String... arguments) {
        return command.run(new PerfScaleCommand(ScaleSize.TINY), directory, arguments);
    }
}
