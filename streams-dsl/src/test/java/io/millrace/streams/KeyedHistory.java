package io.millrace.streams;

import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.query.StatePosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lies in a topic of texts like {@code k7 42}: the reference that answers of a job are compared with. It computes what
 * should be kept at a position from the records before it, and knows nothing of the job's operators.
 */
final class KeyedHistory {
    private final String topic;
    private final List<Map<String, List<Entry>>> partitions = new ArrayList<>();

    private KeyedHistory(final String topic) {
        this.topic = topic;
    }

    static KeyedHistory of(final LogStore store, final String topic) {
        final KeyedHistory history = new KeyedHistory(topic);
        final LogTopic logTopic = store.topic(topic);
        for (int i = 0; i < logTopic.partitionCount(); i++) {
            final Map<String, List<Entry>> entries = new TreeMap<>();
            try (LogReader reader = logTopic.partition(i).reader()) {
                while (reader.poll(record -> add(record, entries), 1_000) > 0) {
                    // On to the end.
                }
            }
            history.partitions.add(entries);
        }
        return history;
    }

    private static void add(final RecordFlyweight record, final Map<String, List<Entry>> entries) {
        if (record.kind() == RecordKind.DATA) {
            final String text = StoreFixture.value(record);
            entries.computeIfAbsent(keyOf(text), key -> new ArrayList<>())
                    .add(new Entry(record.position(), keyOf(text), numberOf(text), record.eventTimeNs()));
        }
    }

    static String keyOf(final String text) {
        return text.substring(0, text.indexOf(' '));
    }

    static long numberOf(final String text) {
        return Long.parseLong(text.substring(text.indexOf(' ') + 1));
    }

    /** The values of a key before a position, in their order. */
    List<Entry> before(final StatePosition at, final String key) {
        check(at);
        return before(at, partitions.get(at.partition()).getOrDefault(key, List.of()))
                .toList();
    }

    private Stream<Entry> before(final StatePosition at) {
        check(at);
        return partitions.get(at.partition()).values().stream().flatMap(entries -> before(at, entries));
    }

    private static Stream<Entry> before(final StatePosition at, final List<Entry> entries) {
        return entries.stream().filter(entry -> entry.position < at.position());
    }

    private void check(final StatePosition at) {
        if (!at.topic().equals(topic)) {
            throw new AssertionError("an answer of " + at + " is held against " + topic);
        }
    }

    Long sum(final StatePosition at, final String key) {
        final List<Entry> entries = before(at, key);
        return entries.isEmpty()
                ? null
                : entries.stream().mapToLong(Entry::number).sum();
    }

    /** The sums of all keys at one position for each partition, by key. */
    TreeMap<String, Long> sums(final List<StatePosition> positions, final Predicate<String> wanted) {
        return positions.stream()
                .flatMap(this::before)
                .filter(entry -> wanted.test(entry.key))
                .collect(Collectors.toMap(Entry::key, Entry::number, Long::sum, TreeMap::new));
    }

    List<String> top(final StatePosition at, final String key, final int n) {
        return before(at, key).stream()
                .sorted(Comparator.comparingLong(Entry::number).reversed())
                .limit(n)
                .map(entry -> entry.key + " " + entry.number)
                .toList();
    }

    /** How many values lie in each window, by its start. */
    TreeMap<Long, Long> counts(final StatePosition at, final String key, final long sizeNs) {
        final Map<Long, Long> counts = before(at, key).stream()
                .collect(Collectors.groupingBy(
                        entry -> Math.floorDiv(entry.eventTimeNs, sizeNs) * sizeNs, Collectors.counting()));
        return new TreeMap<>(counts);
    }

    record Entry(long position, String key, long number, long eventTimeNs) {}
}
