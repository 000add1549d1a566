package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDirectoryTest {
    private static final TradeFile DATA = fileWith("1,A,1,1");

    @TempDir
    private Path parent;

    @Test
    void shouldDeleteATemporaryDirectoryWithAllThatIsInIt() throws IOException {
        final DemoDirectory directory = DemoDirectory.open(null, DATA);
        Files.createDirectories(directory.storePath().resolve("topic"));
        Files.writeString(directory.storePath().resolve("topic/segment"), "x");

        directory.close();
        directory.close();

        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void shouldMakeAndKeepANamedDirectory() {
        final Path path = parent.resolve("a/b");

        try (DemoDirectory directory = DemoDirectory.open(path, DATA)) {
            assertThat(directory.isResumed()).isFalse();
        }

        assertThat(path.resolve(DemoDirectory.PROPERTIES_FILE)).exists();
    }

    @Test
    void shouldResumeARunOverTheSameDataUnderAnyName() {
        open(DATA).close();

        try (DemoDirectory again = open(fileWith("1,A,1,1"))) {
            assertThat(again.isResumed()).isTrue();
            assertThat(again.inputCount(7)).isEqualTo(7);
        }
    }

    @Test
    void shouldRememberThatTheInputWasEndedEarly() {
        try (DemoDirectory directory = open(DATA)) {
            directory.endInput(3);
        }

        assertThat(open(DATA).inputCount(7)).isEqualTo(3);
    }

    @Test
    void shouldStartOverARunThatWasKilledWhileItWroteItsFirstFile() throws IOException {
        final Path run = Files.createDirectory(parent.resolve("run"));
        Files.writeString(run.resolve(DemoDirectory.PROPERTIES_FILE + ".tmp"), "data.na");

        try (DemoDirectory directory = open(DATA)) {
            assertThat(directory.isResumed()).isFalse();
        }
    }

    @Test
    void shouldRefuseOtherDataAFinishedRunAndAFile() throws IOException {
        open(DATA).close();
        assertRefused(() -> open(fileWith("1,A,2,1")), "holds a run over other data (trades.csv)");

        open(DATA).finish();
        assertRefused(() -> open(DATA), "holds a finished run");

        final Path file = Files.createFile(parent.resolve("file"));
        assertRefused(() -> DemoDirectory.open(file, DATA), "is not a directory");
    }

    private DemoDirectory open(final TradeFile data) {
        return DemoDirectory.open(parent.resolve("run"), data);
    }

    private static void assertRefused(final Runnable opening, final String reason) {
        assertThatThrownBy(opening::run)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining(reason);
    }

    private static TradeFile fileWith(final String line) {
        final String text = "event_time_ms,symbol,price,quantity\n" + line + "\n";
        try {
            return TradeFile.read("trades.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }
}
