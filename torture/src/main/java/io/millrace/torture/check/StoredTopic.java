package io.millrace.torture.check;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A topic of a store, as its properties describe it.
 *
 * @param directory     of the topic.
 * @param id            of the topic.
 * @param partitions    how many it has.
 * @param segmentLength of its files, in bytes.
 * @param isCompacted   whether records may be missing because a later one has their key.
 */
record StoredTopic(Path directory, int id, int partitions, int segmentLength, boolean isCompacted) {
    private static final String FILE = "topic.properties";
    private static final int MIN_SEGMENT_LENGTH = 1 << 16;
    private static final int MAX_SEGMENT_LENGTH = 1 << 30;

    /** Says whether a directory holds a topic: without the properties, which are written last, it does not exist. */
    static boolean exists(final Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    static StoredTopic read(final Path directory) throws IOException {
        final Path file = directory.resolve(FILE);
        final Properties properties = properties(file);
        number(file, properties, "version", 1, 1);
        final int segmentLength = number(file, properties, "segment.length", MIN_SEGMENT_LENGTH, MAX_SEGMENT_LENGTH);
        if (Integer.bitCount(segmentLength) != 1) {
            throw new DamagedStoreException(file, "segment.length " + segmentLength + " is no power of two");
        }
        return new StoredTopic(
                directory,
                number(file, properties, "id", 0, Integer.MAX_VALUE),
                number(file, properties, "partitions", 1, Integer.MAX_VALUE),
                segmentLength,
                Boolean.parseBoolean(properties.getProperty("compacted")));
    }

    static Properties properties(final Path file) throws IOException {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (final IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
            throw new DamagedStoreException(file, "no properties (" + e.getMessage() + ")");
        }
        return properties;
    }

    private static int number(
            final Path file, final Properties properties, final String name, final int min, final int max) {
        final String text = properties.getProperty(name);
        try {
            final int number = Integer.parseInt(String.valueOf(text));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // Told below.
        }
        throw new DamagedStoreException(file, name + " is " + text + ", not a number from " + min + " to " + max);
    }

    String name() {
        return directory.getFileName().toString();
    }

    Path partition(final int partition) {
        return directory.resolve(Integer.toString(partition));
    }
}
