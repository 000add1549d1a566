package io.millrace.torture.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossyDiskTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void setUp() throws IOException {
        file = directory.resolve("file");
        Files.write(file, pages("cc"));
    }

    @Test
    void shouldTakeBackPagesThatWereLostWhenThePowerIsCut() throws IOException {
        final LostPages lost = LostPages.load(directory);
        lost.add(file, 1, pages("d"), pages("c"));
        lost.save();

        assertThat(LossyDisk.cutPower(directory)).isTrue();

        assertThat(Files.readAllBytes(file)).isEqualTo(pages("cd"));
        assertThat(LossyDisk.cutPower(directory)).as("lost once more").isFalse();
    }

    @Test
    void shouldKeepAPageThatWasChangedAndForcedAgain() throws IOException {
        final LostPages lost = LostPages.load(directory);
        lost.add(file, 0, pages("d"), pages("c"));
        lost.add(file, 1, pages("d"), pages("c"));

        assertThat(lost.isLost(file, 0, pages("c"))).isTrue();
        assertThat(lost.isLost(file, 1, pages("e"))).isFalse();
        lost.save();

        LossyDisk.cutPower(directory);
        assertThat(Files.readAllBytes(file)).isEqualTo(pages("dc"));
    }

    private static byte[] pages(final String fills) {
        final byte[] bytes = new byte[fills.length() * LostPages.PAGE_LENGTH];
        for (int i = 0; i < fills.length(); i++) {
            Arrays.fill(bytes, i * LostPages.PAGE_LENGTH, (i + 1) * LostPages.PAGE_LENGTH, (byte) fills.charAt(i));
        }
        return bytes;
    }
}
