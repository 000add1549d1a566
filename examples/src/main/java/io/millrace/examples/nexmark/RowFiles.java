package io.millrace.examples.nexmark;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Where rows are written: a file, in gzip if its name says so, or a directory with a file for each query.
 *
 * @param path        of the file or the directory.
 * @param isDirectory whether there is a file for each query.
 */
record RowFiles(Path path, boolean isDirectory) {
    private static final int BUFFER_LENGTH = 1 << 16;

    /** Gives rows to a writer, and counts them. */
    @FunctionalInterface
    interface Rows {
        long writeTo(Writer out) throws IOException;
    }

    /**
     * Looks whether rows can be written, before there is work that would be lost.
     *
     * @return what is wrong with the command line; null if nothing is.
     * @throws MillraceException CONFIGURATION if the file system does not allow it.
     */
    String mistake() {
        if (isDirectory) {
            return Files.exists(path) && !Files.isDirectory(path)
                    ? "--query all writes a file for each query into --out, and " + path + " is no directory"
                    : null;
        }
        if (Files.isDirectory(path)) {
            return "--out is a file, and " + path + " is a directory";
        }
        final Path parent = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent)) {
            throw cannotWrite(path, new NoSuchFileException(parent.toString()));
        }
        if (!Files.isWritable(Files.exists(path) ? path : parent)) {
            throw cannotWrite(path, new AccessDeniedException(path.toString()));
        }
        return null;
    }

    /** The file of a query. */
    Path of(final Query query) {
        return isDirectory ? path.resolve(query.name() + ".txt") : path;
    }

    /**
     * Writes the file of a query.
     *
     * @param query whose rows they are.
     * @param rows  to write.
     * @return how many there are.
     * @throws MillraceException CONFIGURATION if it cannot be written.
     */
    long write(final Query query, final Rows rows) {
        final Path file = of(query);
        try (Writer out = open(file)) {
            return rows.writeTo(out);
        } catch (final IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private Writer open(final Path file) throws IOException {
        if (isDirectory) {
            Files.createDirectories(path);
        }
        final OutputStream raw = Files.newOutputStream(file);
        final OutputStream bytes = file.toString().endsWith(".gz")
                ? new GZIPOutputStream(raw, BUFFER_LENGTH)
                : new BufferedOutputStream(raw, BUFFER_LENGTH);
        return new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
    }

    private static MillraceException cannotWrite(final Path file, final IOException e) {
        final String reason = e instanceof NoSuchFileException
                ? "no such directory"
                : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
        return new MillraceException(ErrorCode.CONFIGURATION, "cannot write " + file + ": " + reason, e);
    }
}
