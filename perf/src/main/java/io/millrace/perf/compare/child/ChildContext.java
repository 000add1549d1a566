package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.contender.OpenOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a measurement is given.
 *
 * @param kind            of contender.
 * @param scale           how much to measure.
 * @param directory       for files; shared with the other processes of a measurement that has several.
 * @param memoryDirectory for what lives in memory, this process's own.
 */
public record ChildContext(ContenderKind kind, Scale scale, Path directory, Path memoryDirectory) {
    /** Makes an empty directory in place of the one of the round before. */
    OpenOptions newRound(final long capacity) {
        final Path round = directory.resolve("round");
        try {
            deleteTree(round);
            Files.createDirectories(round);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return OpenOptions.usual(round, memoryDirectory, capacity);
    }

    /**
     * Deletes a directory with all that is in it, if it is there. Follows no symbolic link.
     *
     * @param root of the tree.
     * @throws IOException when a part of it cannot be deleted.
     */
    public static void deleteTree(final Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        final List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
