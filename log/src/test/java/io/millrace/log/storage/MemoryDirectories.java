package io.millrace.log.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary directories in memory, for modules whose tests open hundreds of stores and prove nothing about the disk under
 * them: what such a test kills is a copy of files, and waiting for a device to force them is most of its time. A module asks
 * for them in its {@code junit-platform.properties}. A {@code SystemTest} keeps to the disk, as does every test where there
 * is no file system in memory or too little room in it.
 */
public final class MemoryDirectories implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Path FREE_MEMORY = Path.of("/proc/meminfo");
    private static final String PREFIX = "tests-of-millrace-";
    // The largest test of all holds less than the half of it, and two may run at once.
    private static final long ROOM_KB = 4L << 20;
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    static {
        deleteAbandoned();
    }

    /** Creates a factory; JUnit does so for each temporary directory. */
    public MemoryDirectories() {}

    /**
     * Creates a directory in memory, or else where Java's temporary files are.
     *
     * @param element what the directory is injected into.
     * @param context of the test.
     * @return a new, empty directory.
     * @throws IOException if it cannot be created.
     */
    @Override
    public Path createTempDirectory(final AnnotatedElementContext element, final ExtensionContext context)
            throws IOException {
        return context.getRequiredTestClass().getSimpleName().endsWith("SystemTest") || !hasRoom()
                ? Files.createTempDirectory(PREFIX)
                : Files.createTempDirectory(MEMORY, PREFIX);
    }

    private static boolean hasRoom() {
        try {
            return Files.isWritable(MEMORY)
                    && Files.getFileStore(MEMORY).type().equals("tmpfs")
                    && Files.getFileStore(MEMORY).getUsableSpace() >> 10 >= ROOM_KB
                    && availableKb() >= ROOM_KB;
        } catch (final IOException ex) {
            return false;
        }
    }

    // A file system in memory may promise more than there is.
    private static long availableKb() throws IOException {
        try (Stream<String> lines = Files.lines(FREE_MEMORY)) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Deletes what runs that were killed have left, since nothing else would before the machine is restarted. */
    private static void deleteAbandoned() {
        final Instant limit = Instant.now().minus(ABANDONED_AFTER);
        try (Stream<Path> entries = Files.list(MEMORY)) {
            for (final Path entry : entries.filter(
                            path -> path.getFileName().toString().startsWith(PREFIX))
                    .toList()) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
                    delete(entry);
                }
            }
        } catch (final IOException ex) {
            // Another run deletes them too, or they are somebody else's.
        }
    }

    private static void delete(final Path directory) throws IOException {
        final List<Path> paths;
        try (Stream<Path> all = Files.walk(directory)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : paths) {
            Files.delete(path);
        }
    }
}
