package io.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Temporary directories: made, copied while a store is at work in them, removed. */
final class Directories {
    private static final int MAX_ATTEMPTS = 100;

    private Directories() {}

    static Path create() {
        try {
            return Files.createTempDirectory("millrace-test-");
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot make a temporary directory for a test", e);
        }
    }

    /**
     * Copies a directory as a killed process would leave it. The store's background work may rename a file meanwhile: the copy
     * begins anew then, so that it holds no mixture that never was.
     */
    static Path copy(final Path from) {
        for (int attempt = 1; ; attempt++) {
            final Path to = create();
            try {
                Files.walkFileTree(from, new Copier(from, to));
                return to;
            } catch (final NoSuchFileException e) {
                delete(to);
                if (attempt == MAX_ATTEMPTS) {
                    throw new UncheckedIOException("cannot copy a store at work: directory=" + from, e);
                }
            } catch (final IOException e) {
                delete(to);
                throw new UncheckedIOException("cannot copy a store: directory=" + from, e);
            }
        }
    }

    static void delete(final Path directory) {
        try {
            Files.walkFileTree(directory, new Remover());
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot remove a temporary directory: " + directory, e);
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

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(final Path directory, final IOException e) throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
