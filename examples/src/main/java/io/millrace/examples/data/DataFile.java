package io.millrace.examples.data;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A file of recorded lines, plain or gzip: one that is bundled with the examples, or one of the reader's own. */
public final class DataFile {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final Pattern RECORDING = Pattern.compile("[^.].*\\.(log|csv|jsonl)(\\.gz)?");

    private final String name;
    private final Path path;

    private DataFile(final String name, final Path path) {
        this.name = name;
        this.path = path;
    }

    /**
     * A slice that is bundled with the examples.
     *
     * @param resource its name beside this class, or from the root of the class path if it begins with a slash.
     * @return the file.
     */
    public static DataFile bundled(final String resource) {
        return new DataFile(resource, null);
    }

    /**
     * Files of the reader's own.
     *
     * @param path a file, or a directory, whose files count in the order of their names if they end in .log, .csv, .jsonl, or
     *             these and .gz.
     * @return at least one file.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} if there is none.
     */
    public static List<DataFile> at(final Path path) {
        if (!Files.isDirectory(path)) {
            if (!Files.exists(path)) {
                throw cannotRead(path.toString(), new NoSuchFileException(path.toString()));
            }
            return List.of(new DataFile(path.toString(), path));
        }
        try (Stream<Path> files = Files.list(path)) {
            final List<DataFile> found = files.filter(Files::isRegularFile)
                    .filter(file ->
                            RECORDING.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .map(file -> new DataFile(file.toString(), file))
                    .toList();
            if (found.isEmpty()) {
                throw new MillraceException(
                        ErrorCode.CONFIGURATION,
                        "no files that end in .log, .csv or .jsonl, or these and .gz, in " + path);
            }
            return found;
        } catch (final IOException e) {
            throw cannotRead(path.toString(), e);
        }
    }

    /**
     * Name of the file without its directories.
     *
     * @return such as {@code access.log.gz}.
     */
    public String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /**
     * Where the file is.
     *
     * @return its path; null for one that is bundled.
     */
    public Path path() {
        return path;
    }

    /**
     * Hands out every line that is not blank.
     *
     * @param reader takes a line; says by an {@link IllegalArgumentException} what is wrong with it.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION}, file and line number, if the file or a line cannot be read,
     *                           or if there is none.
     */
    public void forEachLine(final Consumer<String> reader) {
        int number = 0;
        boolean isEmpty = true;
        try (BufferedReader lines = open()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    isEmpty = false;
                    reader.accept(line);
                }
            }
        } catch (final IOException e) {
            throw cannotRead(name, e);
        } catch (final NumberFormatException e) {
            throw badLine(number, String.valueOf(e.getMessage()).replace("For input string", "not a number"), e);
        } catch (final IllegalArgumentException e) {
            throw badLine(number, e.getMessage(), e);
        }
        if (isEmpty) {
            throw new MillraceException(ErrorCode.CONFIGURATION, name + " is empty: there is no line to read in it");
        }
    }

    /**
     * All lines that are not blank.
     *
     * @return the lines, in memory.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} if the file cannot be read, or if there is none.
     */
    public List<String> lines() {
        final List<String> lines = new ArrayList<>();
        forEachLine(lines::add);
        return lines;
    }

    private BufferedReader open() throws IOException {
        final InputStream raw = path == null ? DataFile.class.getResourceAsStream(name) : Files.newInputStream(path);
        if (raw == null) {
            throw new NoSuchFileException(name);
        }
        return new BufferedReader(new InputStreamReader(unpacked(raw), StandardCharsets.UTF_8), 1 << 16);
    }

    /**
     * Unpacks what is gzip, and leaves alone what is not.
     *
     * @param raw bytes of a file; closed with what is given back, and by this method when it fails.
     * @return the bytes that are in it.
     * @throws IOException if it cannot be read.
     */
    public static InputStream unpacked(final InputStream raw) throws IOException {
        final BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        try {
            in.mark(2);
            final int magic = in.read() << 8 | in.read();
            in.reset();
            return magic == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (final IOException e) {
            in.close();
            throw e;
        }
    }

    private MillraceException badLine(final int number, final String reason, final Exception e) {
        return new MillraceException(ErrorCode.CONFIGURATION, name + ":" + number + ": " + reason, e);
    }

    /**
     * Says in one line that a file cannot be read.
     *
     * @param name of the file.
     * @param e    what happened.
     * @return the error, with {@link ErrorCode#CONFIGURATION}.
     */
    public static MillraceException cannotRead(final String name, final IOException e) {
        final String reason = e instanceof NoSuchFileException
                ? "no such file or directory"
                : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
        return new MillraceException(ErrorCode.CONFIGURATION, "cannot read " + name + ": " + reason, e);
    }

    @Override
    public String toString() {
        return name;
    }
}
