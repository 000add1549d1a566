package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoriesTest {
    @TempDir
    private Path parent;

    @Test
    void shouldRemoveWhatAKilledProcessLeft() throws IOException {
        final Path abandoned = run(parent, "millrace-demo-1");
        Files.createDirectories(abandoned.resolve("node/topics"));
        Files.writeString(abandoned.resolve("node/topics/segment"), "x");

        final Path own = TemporaryDirectories.create(parent);

        assertThat(abandoned).doesNotExist();
        assertThat(own).isDirectory();
        TemporaryDirectories.delete(own);
        TemporaryDirectories.delete(own);
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void shouldLeaveWhatIsInUseJustMadeOrReachedThroughALink(@TempDir final Path elsewhere) throws IOException {
        final Path inUse = TemporaryDirectories.create(parent);
        Files.writeString(inUse.resolve(DemoDirectory.PROPERTIES_FILE), "");
        final Path justMade = Files.createDirectory(parent.resolve("millrace-demo-2"));
        final Path notLocked = Files.createDirectory(parent.resolve("millrace-demo-3"));
        Files.writeString(notLocked.resolve(DemoDirectory.PROPERTIES_FILE), "");
        final Path target = run(elsewhere, "target");
        final Path link = Files.createSymbolicLink(parent.resolve("millrace-demo-4"), target);
        final Path other = run(parent, "else");

        final Path own = TemporaryDirectories.create(parent);

        assertThat(List.of(inUse, justMade, notLocked, link, target.resolve("demo.lock"), other.resolve("demo.lock")))
                .allSatisfy(path -> assertThat(path).exists());
        TemporaryDirectories.delete(own);
        TemporaryDirectories.delete(inUse);
    }

    @Test
    void shouldTellAKilledRunFromALiveOne() throws IOException {
        final Path temporary = parent.toRealPath();
        final List<String> jvmArgs = List.of("-Djava.io.tmpdir=" + temporary);
        final Path work = Files.createDirectory(parent.resolve("work"));
        try (DemoProcess live = DemoProcess.startWith(work, jvmArgs, "--speed", "1")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !runs(temporary).isEmpty());
            final Path directory = runs(temporary).get(0);

            DemoProcess.runWith(work, jvmArgs, "--speed", "max", "--seconds", "0.2")
                    .assertExit(0);
            assertThat(runs(temporary)).containsExactly(directory);
            assertThat(live.isAlive()).isTrue();

            live.kill();
            assertThat(runs(temporary)).containsExactly(directory);
            DemoProcess.runWith(work, jvmArgs, "--speed", "max", "--seconds", "0.2")
                    .assertExit(0);
            assertThat(runs(temporary)).isEmpty();
        }
    }

    /** Directories of runs that have said what they go over. */
    private static List<Path> runs(final Path temporary) throws IOException {
        try (var entries = Files.list(temporary)) {
            return entries.filter(path -> path.getFileName().toString().startsWith("millrace-demo-"))
                    .filter(path -> Files.exists(path.resolve(DemoDirectory.PROPERTIES_FILE)))
                    .toList();
        }
    }

    private static Path run(final Path parent, final String name) throws IOException {
        final Path directory = Files.createDirectory(parent.resolve(name));
        Files.writeString(directory.resolve("demo.lock"), "");
        Files.writeString(directory.resolve(DemoDirectory.PROPERTIES_FILE), "");
        return directory;
    }
}
