package io.millrace.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {
    private final Storage storage = new FileStorage();

    @TempDir
    private Path directory;

    @Test
    void shouldOpenAFileWithoutEmptyingIt() throws IOException {
        final Path file = Files.write(directory.resolve("f"), new byte[] {1, 2, 3, 4});

        try (StorageFile out = storage.open(file)) {
            out.write(ByteBuffer.wrap(new byte[] {9}), 1);
            out.force();
        }

        assertThat(file).hasBinaryContent(new byte[] {1, 9, 3, 4});
    }

    @Test
    void shouldNotCreateAFileThatItIsToOpen() {
        assertThatThrownBy(() -> storage.open(directory.resolve("f"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldNameTheRunOfTheMachineTheSameWayEachTime() {
        assertThat(storage.bootId()).hasSize(16).isEqualTo(new FileStorage().bootId());
    }
}
