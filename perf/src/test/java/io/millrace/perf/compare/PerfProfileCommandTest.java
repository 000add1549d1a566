package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Takes samples of a short run in a process as a user does; benchmarks are not run here. */
@Timeout(120)
final class PerfProfileCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();

    @Test
    void shouldTellWhereTheSamplesOfAJobLie() throws IOException {
        final Path json = directory.resolve("figures.json");
        final Path html = directory.resolve("report.html");

        final int status = run("s6", "--json", json.toString(), "--html", html.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out())
                .contains("s6: ", "samples of the job's duty cycle")
                .doesNotContain("FAILED");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        final Map<?, ?> profile = (Map<?, ?>) ((List<?>) map.get("profiles")).get(0);
        assertThat(((Number) profile.get("samples")).longValue() + ((Number) profile.get("others")).longValue())
                .isPositive();
        assertThat(Files.readString(html)).contains("\"profiles\"").doesNotContain("/*DATA*/");
        assertThat(CommandRun.filesIn(directory)).containsExactlyInAnyOrder(json, html);
    }

    @ParameterizedTest
    @CsvSource({
        "s9, 'unknown path ''s9''; there are append, read, s1, s2, s3, s4, as-of, s6'",
        "--json=/nowhere/f.json, --json must name a file that can be written",
        "--fast, Unknown option"
    })
    void shouldSayInOneLineWhatIsWrongWithAnArgument(final String argument, final String message) {
        assertThat(run(argument)).isEqualTo(2);

        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    private int run(final String... arguments) {
        return command.run(new PerfProfileCommand(true), directory, arguments);
    }
}
