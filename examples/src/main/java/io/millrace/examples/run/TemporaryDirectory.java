package io.millrace.examples.run;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A directory that is removed when it is closed, and also when the process is told to end before. */
public final class TemporaryDirectory implements AutoCloseable {
    private static final int ATTEMPTS = 100;

    private final Path path;
    private final Thread hook = new Thread(this::onShutdown, "remove-files");

    private TemporaryDirectory(final Path path) {
        this.path = path;
    }

    /**
     * Makes a directory among those for temporary files.
     *
     * @return the directory, empty.
     * @throws IOException if there is no place for it.
     */
    public static TemporaryDirectory create() throws IOException {
        final TemporaryDirectory directory = new TemporaryDirectory(Files.createTempDirectory("millrace-example-"));
        Runtime.getRuntime().addShutdownHook(directory.hook);
        return directory;
    }

    /**
     * Where it is.
     *
     * @return its path.
     */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException ex) {
            // The process is ending: the hook runs, and finds nothing.
        }
    }

    private void onShutdown() {
        try {
            delete();
        } catch (final IOException ex) {
            System.err.println("millrace example: cannot remove " + path + ": " + ex);
        }
    }

    // While the process ends, the threads of a job are still at work and may put a file where one was removed. Once the
    // directory is gone they cannot.
    private void delete() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.walkFileTree(path, new Deletion());
                return;
            } catch (final NoSuchFileException ex) {
                if (Files.notExists(path)) {
                    return;
                }
                giveUpAfterTheLast(attempt, ex);
            } catch (final DirectoryNotEmptyException ex) {
                giveUpAfterTheLast(attempt, ex);
            }
        }
    }

    private static void giveUpAfterTheLast(final int attempt, final IOException cause) throws IOException {
        if (attempt == ATTEMPTS) {
            throw cause;
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(final Path directory, final IOException ex) throws IOException {
            if (ex != null) {
                throw ex;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
