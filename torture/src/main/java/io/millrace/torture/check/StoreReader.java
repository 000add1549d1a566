package io.millrace.torture.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the directory of a store that was closed in order, from {@code docs/format.md} alone.
 *
 * <p>Whatever is not as described there ends the reading with a {@link DamagedStoreException} that names the file, the place and
 * what is wrong. A segment is held in memory as a whole, so it takes as much as the longest one is.
 */
final class StoreReader {
    private static final String MARKER = "millrace-store.properties";

    private final Path directory;
    private final TreeMap<String, StoredTopic> topics = new TreeMap<>();

    private StoreReader(final Path directory) {
        this.directory = directory;
    }

    static StoreReader open(final Path directory) throws IOException {
        final Path marker = directory.resolve(MARKER);
        if (!Files.exists(marker)) {
            throw new DamagedStoreException(directory, "no store, there is no " + MARKER);
        }
        final Properties properties = StoredTopic.properties(marker);
        if (!"1".equals(properties.getProperty("version"))) {
            throw new DamagedStoreException(marker, "version is " + properties.getProperty("version") + ", not 1");
        }
        final StoreReader store = new StoreReader(directory);
        final Path topics = directory.resolve("topics");
        if (Files.isDirectory(topics)) {
            try (Stream<Path> all = Files.list(topics)) {
                for (final Path topic : all.sorted().toList()) {
                    if (StoredTopic.exists(topic)) {
                        store.topics.put(topic.getFileName().toString(), StoredTopic.read(topic));
                    }
                }
            }
        }
        return store;
    }

    boolean hasTopic(final String name) {
        return topics.containsKey(name);
    }

    StoredTopic topic(final String name) {
        final StoredTopic topic = topics.get(name);
        if (topic == null) {
            throw new DamagedStoreException(directory, "there is no topic " + name + ", only " + topics.keySet());
        }
        return topic;
    }

    List<StoredTopic> topics() {
        return List.copyOf(topics.values());
    }

    /** The records of a partition, those of the log itself included. */
    PartitionRecords records(final StoredTopic topic, final int partition) {
        try {
            return PartitionRecords.open(topic, partition);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Damage of the sequences of producers in a partition, see {@link SequenceCheck}. */
    List<String> sequenceGaps(final StoredTopic topic, final int partition) {
        final List<String> gaps = new ArrayList<>();
        final PartitionRecords records = records(topic, partition);
        final SequenceCheck check = new SequenceCheck(topic.name() + "/" + partition, records.begin() > 0, gaps::add);
        records.forEachRemaining(check::take);
        return gaps;
    }
}
