package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The store's names of producers and the dense numbers that stand for them in records. One line of the file each. */
final class ProducerRegistry {
    private static final String FIRST_LINE = "# millrace producers, version 1: number, space, name";
    private static final int MAX_NAME_LENGTH = 249;

    private final Storage storage;
    private final Path file;
    private final Map<String, Integer> ids = new LinkedHashMap<>();

    ProducerRegistry(final Storage storage, final Path file) {
        this.storage = storage;
        this.file = file;
    }

    /** Reads the file, if there is one. */
    synchronized void load() throws IOException {
        ids.clear();
        if (!storage.exists(file)) {
            return;
        }
        final String[] lines = new String(storage.read(file), StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(FIRST_LINE)) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "producers file is damaged or of an unknown version: file=" + file + " expected=" + FIRST_LINE
                            + " actual=" + OneLine.of(lines[0]));
        }
        // Every line ends, so the last piece is empty: a file that was cut short shows.
        final int last = lines.length - 1;
        for (int i = 1; i < last; i++) {
            final String prefix = i + " ";
            if (!lines[i].startsWith(prefix) || ids.putIfAbsent(lines[i].substring(prefix.length()), i) != null) {
                throw corrupt(i);
            }
        }
        if (!lines[last].isEmpty()) {
            throw corrupt(last);
        }
    }

    private MillraceException corrupt(final int lineIndex) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "producers file is damaged: file=" + file + " line=" + (lineIndex + 1) + "; restore it from a copy");
    }

    /** Finds the number of a name, 0 when it has none. */
    synchronized int find(final String name) {
        return ids.getOrDefault(name, 0);
    }

    /** Lists the names in the order of their numbers. */
    synchronized List<String> names() {
        return List.copyOf(ids.keySet());
    }

    /** Finds the number of a name, or gives it the next one and makes that survive before it is used. */
    synchronized int findOrAdd(final String name) {
        checkName(name);
        final Integer known = ids.get(name);
        if (known != null) {
            return known;
        }
        final int id = ids.size() + 1;
        final StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        ids.forEach(
                (other, number) -> text.append(number).append(' ').append(other).append('\n'));
        text.append(id).append(' ').append(name).append('\n');
        try {
            AtomicFiles.write(storage, file, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (final IOException ex) {
            throw LogStore.storageFailure("cannot write the producers file", file, ex);
        }
        ids.put(name, id);
        return id;
    }

    static void checkName(final String name) {
        final boolean isTooLong = name.isEmpty() || name.length() > MAX_NAME_LENGTH;
        if (isTooLong || name.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            throw new IllegalArgumentException("producer name must be 1 to " + MAX_NAME_LENGTH
                    + " characters, none of them a control character: " + OneLine.of(name));
        }
    }
}
