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

/** Runs the command with next to nothing to measure, in processes as a user does. */
@Timeout(120)
final class PerfCompareCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();

    @Test
    void shouldMeasureInProcessesOfTheirOwnAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");
        final Path html = directory.resolve("report.html");

        final int status =
                run("s1", "--contender", "loop,millrace", "--json", json.toString(), "--html", html.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out()).contains("S1: filter and map", "loop by hand", "Millrace", "s1 / limit", "-Xmx4g");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat(map).containsKeys("date", "machine", "contenders", "workloads", "targets");
        assertThat((List<?>) map.get("failures")).isEmpty();
        assertThat(((Number) map.get("verifiedResults")).longValue()).isPositive();
        assertThat(Files.readString(html))
                .contains("\"S1: filter and map\"", "Chart.js v")
                .doesNotContain("/*DATA*/");
        assertThat(CommandRun.filesIn(directory)).containsExactlyInAnyOrder(json, html);
    }

    @Test
    void shouldMeasureLatencyBesideTheIdleMachine() throws IOException {
        final Path json = directory.resolve("figures.json");

        final int status = run("s6", "--contender", "loop", "--json", json.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out()).contains("20,000 trades/s", "loop by hand", "idle p99");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat((List<?>) map.get("failures")).isEmpty();
        assertThat(((Number) map.get("verifiedResults")).longValue()).isPositive();
        assertThat(map.get("latency").toString()).contains("idleCurve=[[");
        assertThat(CommandRun.filesIn(directory)).containsExactly(json);
    }

    @Test
    void shouldKillAProcessAndMeasureTheNext() throws IOException {
        final Path json = directory.resolve("figures.json");

        final int status = run("s7", "--contender", "millrace,jet", "--json", json.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out()).contains("S7: ", "s7 SIGKILL to first new result in ms", "not in the open edition");
        assertThat(JSON.std.mapFrom(Files.readString(json)).get("recovery").toString())
                .contains("contender=millrace", "median=");
        assertThat(CommandRun.filesIn(directory)).containsExactly(json);
    }

    @ParameterizedTest
    @CsvSource({
        "s9, unknown workload 's9'",
        "s8, 's5, s5-1m, s6, s7; the log is measured'",
        "log, the log is measured by `perf log`",
        "--contender=spark, unknown name",
        "--runs=0, '--runs must be from 1 to 100: 0'",
        "--dir=/nowhere, --dir must be a directory that can be written to: /nowhere",
        "--peer-java=/nowhere, --peer-java must be the home of a JDK: /nowhere",
        "--html=/nowhere/f.html, --html must name a file that can be written",
        "--fast, Unknown option"
    })
    void shouldSayInOneLineWhatIsWrongWithAnOption(final String option, final String message) {
        final int status = run(option);

        assertThat(status).isEqualTo(2);
        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    private int run(final String... options) {
        return command.run(new PerfCompareCommand(StreamScale.TINY), directory, options);
    }
}
