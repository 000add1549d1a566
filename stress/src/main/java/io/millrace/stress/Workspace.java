package io.millrace.stress;

import io.millrace.log.JdkAccess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories for the files that the tests race over, in memory where the machine has such a place. */
final class Workspace {
    private static final Path ROOT;

    static {
        // Every test comes here before it makes a buffer.
        JdkAccess.open();
        try {
            final Path parent = Path.of(System.getProperty("millrace.stress.directory", inMemory()));
            ROOT = Files.createTempDirectory(parent, "millrace-stress-");
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(Workspace::deleteAtEnd));
    }

    private Workspace() {}

    private static String inMemory() {
        final Path sharedMemory = Path.of("/dev/shm");
        return Files.isWritable(sharedMemory) ? sharedMemory.toString() : System.getProperty("java.io.tmpdir");
    }

    private static void deleteAtEnd() {
        try {
            delete(ROOT);
        } catch (final IOException | UncheckedIOException ex) {
            // The store's own threads are still at work. ProtocolStressTest removes what is left.
            return;
        }
    }

    static Path newDirectory(final String name) {
        try {
            return Files.createTempDirectory(ROOT, name + '-');
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static void delete(final Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    paths.sorted(Comparator.reverseOrder()).toList();
            deepestFirst.stream().map(Path::toFile).forEach(File::delete);
        }
    }
}
