package io.millrace.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemporaryDirectoryTest {
    @Test
    void shouldBeGoneWithAllThatIsInItOnceItIsClosed() throws IOException {
        final Path path;
        try (TemporaryDirectory directory = TemporaryDirectory.create()) {
            path = directory.path();
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("file"), "text");
        }

        assertThat(path).doesNotExist();
    }

    @Test
    void shouldBeClosedMoreThanOnce() throws IOException {
        final TemporaryDirectory directory = TemporaryDirectory.create();
        directory.close();
        directory.close();

        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void shouldBeClosedWhenSomebodyElseHasRemovedIt() throws IOException {
        final TemporaryDirectory directory = TemporaryDirectory.create();
        Files.delete(directory.path());

        directory.close();

        assertThat(directory.path()).doesNotExist();
    }
}
