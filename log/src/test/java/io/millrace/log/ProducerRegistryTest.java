package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.storage.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerRegistryTest {
    private static final String FIRST_LINE = "# millrace producers, version 1: number, space, name\n";

    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatItWrote() throws IOException {
        final ProducerRegistry written = registry();
        written.findOrAdd("one");
        written.findOrAdd(" two ");

        final ProducerRegistry read = registry();
        read.load();

        assertThat(read.names()).containsExactly("one", " two ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\n\n\n", "# something else\n"})
    void shouldRefuseAFileWithoutItsFirstLine(final String text) throws IOException {
        Files.writeString(file(), text);

        assertRefused(ErrorCode.UNSUPPORTED_VERSION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 one\n2 tw", "1 one\n1 two\n", "1 one\n2 one\n", "1 one\n\n"})
    void shouldRefuseAFileThatWasCutOrChanged(final String lines) throws IOException {
        Files.writeString(file(), FIRST_LINE + lines);

        assertRefused(ErrorCode.CORRUPT);
    }

    private void assertRefused(final ErrorCode code) {
        assertThatThrownBy(registry()::load)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(code));
    }

    private Path file() {
        return directory.resolve("producers");
    }

    private ProducerRegistry registry() {
        return new ProducerRegistry(new FileStorage(), file());
    }
}
