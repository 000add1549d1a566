package io.millrace.streams;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.stream.Stream;

/** Copies the directory of an open store, as a killed process would leave it. */
public final class StoreImages {
    private static final int MAX_ATTEMPTS = 100;

    private StoreImages() {}

    /** Copies a store to a directory that does not exist yet; again when a file was renamed meanwhile. */
    public static void copy(final Path from, final Path to) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.walkFileTree(from, new Copier(from, to));
                return;
            } catch (final NoSuchFileException e) {
                delete(to);
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Removes a store. */
    public static void delete(final Path home) throws IOException {
        try (Stream<Path> paths = Files.walk(home)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copier(final Path from, final Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(final Path directory, final BasicFileAttributes attributes)
                throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
        }
    }
}
