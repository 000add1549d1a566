package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutFilesTest {
    private final Storage storage = new FileStorage();

    @TempDir
    private Path directory;

    @Test
    void shouldFindNothingInANewStore() throws IOException {
        try (CutFiles files = new CutFiles(storage, directory)) {
            assertThat(files.load()).isNull();
            assertThat(files.damagedCount()).isZero();
        }
    }

    @Test
    void shouldFindTheNewestOfTwo() throws IOException {
        for (int generation = 1; generation < 6; generation++) {
            write(generation);
            try (CutFiles files = new CutFiles(storage, directory)) {
                assertThat(files.load().generation()).isEqualTo(generation);
            }
        }
    }

    @Test
    void shouldFallBackToTheCutBeforeOneThatWasTorn() throws IOException {
        write(1);
        write(2);
        final byte[] bytes = Files.readAllBytes(directory.resolve("cut.0"));
        bytes[20]++;
        Files.write(directory.resolve("cut.0"), bytes);

        try (CutFiles files = new CutFiles(storage, directory)) {
            assertThat(files.load().generation()).isOne();
            assertThat(files.damagedCount()).isOne();
        }
    }

    @Test
    void shouldNotTouchTheNewestCutWhileItWritesTheNext() throws IOException {
        write(1);
        write(2);
        final byte[] newest = Files.readAllBytes(directory.resolve("cut.0"));

        write(3);

        assertThat(directory.resolve("cut.0")).hasBinaryContent(newest);
    }

    private void write(final long generation) throws IOException {
        final CutManifest manifest = new CutManifest();
        try (CutFiles files = new CutFiles(storage, directory)) {
            manifest.begin(generation, storage.bootId(), 0);
            files.write(generation, manifest.finish(false));
        }
    }
}
