package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverDirectoriesTest {
    private static final long NO_PROCESS = 99_999_999L;

    @Test
    void shouldDeleteWhatADeadProcessLeftAndNothingElse(@TempDir final Path parent) throws IOException {
        final String user = System.getProperty("user.name");
        final Path dead = Files.createDirectory(parent.resolve("millrace-" + user + "-" + NO_PROCESS + "-0"));
        Files.writeString(dead.resolve("cnc.dat.tmp"), "x");
        final Path alive = Files.createDirectory(parent.resolve(
                "millrace-" + user + "-" + ProcessHandle.current().pid() + "-77"));
        final Path foreign = Files.createDirectory(parent.resolve("aeron-" + user));

        final String first = DriverDirectories.nextIn(parent.toFile());
        final String second = DriverDirectories.nextIn(parent.toFile());

        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(foreign).exists();
        assertThat(first).isNotEqualTo(second).startsWith(parent + File.separator);
    }
}
