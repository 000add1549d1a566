package io.millrace.perf.compare.guard;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What was recorded so far, oldest first.
 *
 * @param records one for each line of the file that is not blank.
 */
public record GuardHistory(List<GuardRecord> records) {
    /**
     * Reads a file.
     *
     * @param file of one line for each run; need not exist.
     * @return what is in it; empty where there is no such file.
     * @throws IOException              when it cannot be read.
     * @throws IllegalArgumentException when a line is not a record; says which line and why.
     */
    public static GuardHistory read(final Path file) throws IOException {
        final List<GuardRecord> records = new ArrayList<>();
        int lineNumber = 0;
        for (final String line : lines(file)) {
            lineNumber++;
            if (!line.isBlank()) {
                records.add(parse(file, lineNumber, line));
            }
        }
        return new GuardHistory(List.copyOf(records));
    }

    private static List<String> lines(final Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (final NoSuchFileException ex) {
            return List.of();
        } catch (final MalformedInputException ex) {
            throw new IllegalArgumentException(file + " is not a text in UTF-8", ex);
        }
    }

    private static GuardRecord parse(final Path file, final int lineNumber, final String line) {
        try {
            return GuardRecord.parse(line);
        } catch (final IllegalArgumentException ex) {
            throw new IllegalArgumentException(
                    file + " line " + lineNumber + " is not a record of `perf guard --record`: " + ex.getMessage(), ex);
        }
    }

    /**
     * Appends one line, behind a line end that a hand has forgotten.
     *
     * @param file   to append to; made where it does not exist.
     * @param record to append.
     * @throws IOException when it cannot be written.
     */
    public static void append(final Path file, final GuardRecord record) throws IOException {
        final boolean isCut = Files.exists(file) && Files.size(file) > 0 && !endsWithLineEnd(file);
        Files.writeString(
                file,
                (isCut ? "\n" : "") + record.toLine() + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static boolean endsWithLineEnd(final Path file) throws IOException {
        return Files.readString(file).endsWith("\n");
    }

    /**
     * Finds what a figure is compared with.
     *
     * @param figure name of it.
     * @return the last record that holds the figure; null where none does.
     */
    public GuardRecord last(final String figure) {
        for (int i = records.size() - 1; i >= 0; i--) {
            if (records.get(i).figures().containsKey(figure)) {
                return records.get(i);
            }
        }
        return null;
    }
}
