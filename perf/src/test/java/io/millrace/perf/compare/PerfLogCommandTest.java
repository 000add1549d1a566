package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.child.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** Runs the command with next to nothing to measure, in processes as a user does. */
final class PerfLogCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();

    @Test
    void shouldMeasureKillAndReopenInProcessesOfTheirOwnAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");

        final int status =
                run("--only", "batch,reopen", "--contender", "millrace,memcpy-warm", "--json", json.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out())
                .contains("append in batches, 128 B", "memcpy, warm", "reopen after SIGKILL", "Linux", "-Xmx512m")
                .contains("messages read back as they were appended");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat(map).containsKeys("date", "machine", "contenders", "figures", "targets");
        assertThat((List<?>) map.get("figures")).hasSize(4);
        assertThat(CommandRun.filesIn(directory)).containsExactly(json);
    }

    @Test
    void shouldRemoveWhatAKilledRunLeftAndNothingElse() throws IOException {
        final Path killed = Files.createDirectories(directory.resolve("millrace-perf-killed"));
        Files.createFile(killed.resolve("perf.lock"));
        Files.createDirectories(directory.resolve("millrace-perf-mine")); // has no lock file

        final int status = run("--only", "hop", "--contender", "idle");

        assertThat(status).isZero();
        assertThat(CommandRun.filesIn(directory)).containsExactly(directory.resolve("millrace-perf-mine"));
    }

    @ParameterizedTest
    @CsvSource({
        "--only=nothing, unknown measurement",
        "--contender=kafka, unknown name",
        "--runs=0, '--runs must be from 1 to 100: 0'",
        "--runs=x, is not an int",
        "--dir=/nowhere, --dir must be a directory that can be written to: /nowhere",
        "--json=/nowhere/f.json, --json must name a file that can be written",
        "--fast, Unknown option"
    })
    void shouldSayInOneLineWhatIsWrongWithAnOption(final String option, final String message) {
        final int status = run(option);

        assertThat(status).isEqualTo(2);
        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    private int run(final String... options) {
        return command.run(new PerfLogCommand(Scale.TINY), directory, options);
    }
}
