package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.KeyFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldAddAKeyAndPrintTheClientsLine() {
        final Path file = directory.resolve("keys");

        assertThat(run("keys", "add", "alice", "--file", file.toString())).isZero();

        assertThat(out.toString()).matches("alice [0-9a-f]{64}\\R");
        assertThat(KeyFile.read(file).principals()).containsExactly("alice");
        assertThat(run("keys", "add", "alice", "--file", file.toString())).isNotZero();
        assertThat(err.toString()).contains("it has a key for alice already").hasLineCount(1);
    }

    @Test
    void shouldWriteTheClientsLineToAFileThatIsPrivate() {
        final Path file = directory.resolve("keys");
        final Path client = directory.resolve("client");

        assertThat(run("keys", "add", "alice", "--file", file.toString(), "--client", client.toString()))
                .isZero();
        assertThat(run("keys", "add", "bob", "--file", file.toString(), "--client", client.toString()))
                .isZero();

        assertThat(out.toString()).isEmpty();
        assertThat(KeyFile.read(client).principals()).containsExactly("alice", "bob");
        assertThat(KeyFile.read(client).key("bob")).isEqualTo(KeyFile.read(file).key("bob"));
    }

    private int run(final String... args) {
        return MillraceCommand.create()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
