package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the user who runs the store reads or changes what it holds. */
class StorePermissionsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldOpenFilesAndDirectoriesToTheirUserOnly() throws IOException {
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
                "this file system knows no POSIX permissions");
        final Path root = directory.resolve("above/store");

        try (LogStore store = LogStore.launch(Records.context(root))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t").partitions(2)).partition(0);
            store.producerId("a producer");
            final LogAppender appender = partition.appender();
            while (partition.tailPosition() < 2L * Records.SEGMENT_LENGTH) {
                Records.append(appender, "x".repeat(2000));
            }
            store.alterTopic(TopicSpec.named("t").partitions(2).retentionBytes(1 << 30));
            store.createTopic(TopicSpec.named("gone"));
            store.deleteTopic("gone");
            store.forceNow();
        }

        try (Stream<Path> paths = Files.walk(root.getParent())) {
            final List<Path> all = paths.toList();
            assertThat(all)
                    .hasSizeGreaterThan(15)
                    .anyMatch(path -> path.toString().endsWith(".producers"));
            for (final Path path : all) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }
}
