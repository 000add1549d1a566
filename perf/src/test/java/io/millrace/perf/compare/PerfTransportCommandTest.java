package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.child.Scale;
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
import picocli.CommandLine;
import tools.jackson.jr.ob.JSON;

/** Runs the command with next to nothing to measure, with a node in a process of its own as a user has it. */
@Timeout(120)
final class PerfTransportCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPublishThroughAProcessOfItsOwnAndReport() throws IOException {
        final Path json = directory.resolve("figures.json");

        final int status = run("--runs=1", "--only=publish", "--contender=node-ipc", "--json", json.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        assertThat(out.toString())
                .contains("publish, 1 partition", "publish, 4 partitions", "Millrace IPC")
                .contains("messages read back as they were appended");
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat((List<?>) map.get("figures")).hasSize(2);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(json);
        }
    }

    @Test
    void shouldKnowOnlyWhoTakesPart() {
        assertThat(run("--contender=chronicle")).isEqualTo(2);
        assertThat(run("--only=append")).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("unknown name 'chronicle' in --contender; there are idle, plain-ipc"))
                .anyMatch(
                        line -> line.contains("unknown measurement 'append' in --only; there are publish, round-20k"));
    }

    private int run(final String... options) {
        final CommandLine commandLine = PerfCommand.create(new PerfTransportCommand(Scale.TINY));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        final Stream<String> own = Stream.of("transport", "--dir", directory.toString());
        return commandLine.execute(Stream.concat(own, Stream.of(options)).toArray(String[]::new));
    }
}
