package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverDirectoriesTest {
    private static final long NO_PROCESS = 99_999_999L;

    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000);
    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path parent;

    @Test
    void shouldDeleteWhatADeadProcessLeftAndNothingElse() throws IOException {
        final Path dead = givenDirectory("millrace-" + USER + "-" + NO_PROCESS + "-0");
        final Path alive = givenDirectory(
                "millrace-" + USER + "-" + ProcessHandle.current().pid() + "-77");
        final Path foreign = givenDirectory("aeron-" + USER);

        final String first = DriverDirectories.nextIn(parent.toFile());
        final String second = DriverDirectories.nextIn(parent.toFile());

        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(foreign).exists();
        assertThat(first).isNotEqualTo(second).startsWith(parent + File.separator);
    }

    @Test
    void shouldDeleteWhatAProcessLeftThatWasKilledWhileItStarted() throws IOException {
        final Path killed = givenDirectory("millrace-" + USER + "-" + NO_PROCESS + "-0");
        Files.setLastModifiedTime(Files.write(killed.resolve("cnc.dat"), new byte[8192]), LONG_AGO);
        final Path starting = givenDirectory("millrace-" + USER + "-" + NO_PROCESS + "-1");
        Files.write(starting.resolve("cnc.dat"), new byte[8192]);

        DriverDirectories.nextIn(parent.toFile());

        assertThat(killed).doesNotExist();
        assertThat(starting).exists();
    }

    @Test
    void shouldLeaveAloneWhatItCannotRead() throws IOException {
        final Path strange = givenDirectory("millrace-" + USER + "-" + NO_PROCESS + "-0");
        final byte[] bytes = new byte[8192];
        Arrays.fill(bytes, (byte) 0x7F);
        Files.write(strange.resolve("cnc.dat"), bytes);

        DriverDirectories.nextIn(parent.toFile());

        assertThat(strange).exists();
    }

    @Test
    void shouldNotFollowALinkThatBearsTheNameOfADeadProcess() throws IOException {
        final Path victim = givenDirectory("victim");
        final Path file = Files.writeString(victim.resolve("file"), "precious");
        Files.setLastModifiedTime(victim, LONG_AGO);
        final Path link =
                Files.createSymbolicLink(parent.resolve("millrace-" + USER + "-" + NO_PROCESS + "-0"), victim);
        final Path dead = givenDirectory("millrace-" + USER + "-" + NO_PROCESS + "-1");
        Files.createSymbolicLink(dead.resolve("link"), victim);
        Files.setLastModifiedTime(dead, LONG_AGO);

        DriverDirectories.nextIn(parent.toFile());

        assertThat(dead).doesNotExist();
        assertThat(link).exists();
        assertThat(file).hasContent("precious");
    }

    private Path givenDirectory(final String name) throws IOException {
        final Path directory = Files.createDirectory(parent.resolve(name));
        Files.setLastModifiedTime(directory, LONG_AGO);
        return directory;
    }
}
