package io.millrace.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies and removes directories with all that is in them. */
final class Directories {
    private Directories() {}

    static void copy(final Path from, final Path to) throws IOException {
        for (final Path each : walk(from)) {
            final Path target = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(target);
            } else {
                Files.copy(each, target);
            }
        }
    }

    static void delete(final Path directory) throws IOException {
        if (Files.exists(directory)) {
            final List<Path> all = walk(directory);
            for (int i = all.size() - 1; i >= 0; i--) {
                Files.deleteIfExists(all.get(i));
            }
        }
    }

    /** Deletes what can be deleted; what others hold, as a mounted file system, or delete meanwhile, is left to them. */
    static void clear(final Path directory) {
        try {
            final List<Path> all = walk(directory);
            for (int i = all.size() - 1; i >= 0; i--) {
                deleteIfItGoes(all.get(i));
            }
        } catch (final IOException | UncheckedIOException e) {
            // Somebody deletes at the same time.
        }
    }

    private static void deleteIfItGoes(final Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (final IOException e) {
            // It is in use, or something in it is.
        }
    }

    private static List<Path> walk(final Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
