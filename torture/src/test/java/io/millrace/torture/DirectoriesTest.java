package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
    @TempDir
    private Path parent;

    @Test
    void shouldClearADirectoryWithAllThatIsInIt() throws IOException {
        final Path directory = Files.createDirectories(parent.resolve("run/round-1/disk"));
        Files.writeString(directory.resolve("segment"), "bytes");
        Files.writeString(parent.resolve("run/agent.jar"), "bytes");

        Directories.clear(parent.resolve("run"));

        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void shouldClearWhatIsGoneAlready() {
        Directories.clear(parent.resolve("run"));

        assertThat(parent).isEmptyDirectory();
    }
}
