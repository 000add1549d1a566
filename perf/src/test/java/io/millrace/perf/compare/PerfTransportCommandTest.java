package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.child.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** Runs the command with next to nothing to measure, with a node in a process of its own as a user has it. */
@Timeout(120)
final class PerfTransportCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();

    @Test
    void shouldPublishThroughAProcessOfItsOwnAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");

        final int status = run("--runs=1", "--only=publish", "--contender=node-ipc", "--json", json.toString());

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(command.out())
                .contains("publish, 1 partition", "publish, 4 partitions", "Millrace IPC")
                .contains("messages read back as they were appended");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat((List<?>) map.get("figures")).hasSize(2);
        assertThat(CommandRun.filesIn(directory)).containsExactly(json);
    }

    @Test
    void shouldKnowOnlyWhoTakesPart() {
        assertThat(run("--contender=chronicle")).isEqualTo(2);
        assertThat(command.err().lines())
                .singleElement()
                .asString()
                .contains("unknown name 'chronicle' in --contender; there are idle, plain-ipc");

        assertThat(run("--only=append")).isEqualTo(2);
        assertThat(command.err().lines())
                .singleElement()
                .asString()
                .contains("unknown measurement 'append' in --only; there are publish, round-20k");
    }

    private int run(final String... options) {
        return command.run(new PerfTransportCommand(Scale.TINY), directory, options);
    }
}
