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
final class PerfNexmarkCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();

    @Test
    void shouldMeasureAQueryOnOneCoreAndTwoAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");

        final int status = run(
                "--query",
                "5",
                "--count",
                "1000",
                "--runs",
                "1",
                "--cores",
                "2,1",
                "--json",
                json.toString(),
                "--contender",
                "millrace");

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out())
                .contains("q5b", "Millrace, 1 core ", "Millrace, 2 cores", "1,000 events made up with seed")
                .doesNotContain("not run", "FAILED");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat(map).containsKeys("date", "machine", "contenders", "queries").containsEntry("events", 1_000);
        assertThat((List<?>) map.get("failures")).isEmpty();
        final Map<?, ?> query = (Map<?, ?>) ((List<?>) map.get("queries")).get(0);
        assertThat(((Number) query.get("rows")).longValue()).isPositive();
        assertThat((List<?>) query.get("figures")).hasSize(2);
        assertThat(CommandRun.filesIn(directory)).containsExactly(json);
    }

    @ParameterizedTest
    @CsvSource({
        "--query=99, unknown query '99'; there are q0",
        "--runs=0, '--runs must be from 1 to 100: 0'",
        "--cores=0, '--cores must be from 1 to 64: 0'",
        "--count=999, '--count must be from 1000 to 100000000: 999'",
        "--contender=storm, unknown name 'storm' in --contender; there are millrace, jet, flink",
        "--events=/nowhere, --events must be a file of events: /nowhere",
        "--dir=/nowhere, --dir must be a directory that can be written to: /nowhere",
        "--json=/nowhere/f.json, --json must name a file that can be written",
        "--fast, Unknown option"
    })
    void shouldSayInOneLineWhatIsWrongWithAnOption(final String option, final String message) {
        assertThat(run(option)).isEqualTo(2);

        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    @Test
    void shouldNotTakeANumberOfEventsBesideAFile() throws IOException {
        final Path file = Files.createFile(directory.resolve("events.csv"));

        assertThat(run("--events", file.toString(), "--count", "1000")).isEqualTo(2);

        assertThat(command.err()).contains("--events and --count do not go together");
    }

    private int run(final String... options) {
        return command.run(new PerfNexmarkCommand(), directory, options);
    }
}
