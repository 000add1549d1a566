package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All that was ever appended to a compacted partition, and what compaction may make of it. */
final class CompactionModel {
    private final Map<Long, Entry> entries = new TreeMap<>();

    /** One record as it was appended; the key is empty for none. */
    record Entry(long position, byte kind, String key, String value, long logTimeNs) {
        boolean isKeyed() {
            return !key.isEmpty() && (kind == RecordKind.DATA || kind == RecordKind.TOMBSTONE);
        }
    }

    void add(final Entry entry) {
        entries.put(entry.position(), entry);
    }

    int size() {
        return entries.size();
    }

    /** Reads a partition from its first record to its end. */
    static List<Entry> read(final LogPartition partition) {
        final List<Entry> read = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> read.add(entry(record)), 100) > 0) {
                continue;
            }
        }
        return read;
    }

    private static Entry entry(final RecordFlyweight record) {
        final String key = record.buffer().getStringWithoutLengthAscii(record.keyOffset(), record.keyLength());
        return new Entry(record.position(), record.kind(), key, Records.text(record), record.logTimeNs());
    }

    /**
     * Fails unless what was read is what was appended, in its order, without anything but replaced records and old tombstones.
     *
     * @param read           what a reader found.
     * @param tombstonesFrom log time from which on tombstones must be there.
     */
    void check(final List<Entry> read, final long tombstonesFrom) {
        final Set<Long> positions = new HashSet<>();
        long last = 0;
        for (final Entry entry : read) {
            assertThat(entry.position()).as("order").isGreaterThan(last);
            assertThat(entry).isEqualTo(entries.get(entry.position()));
            positions.add(entry.position());
            last = entry.position();
        }
        final Map<String, Entry> latest = new HashMap<>();
        entries.values().stream().filter(Entry::isKeyed).forEach(entry -> latest.put(entry.key(), entry));
        for (final Entry entry : entries.values()) {
            if (!positions.contains(entry.position())) {
                final boolean isOld = entry.kind() == RecordKind.TOMBSTONE && entry.logTimeNs() < tombstonesFrom;
                assertThat(entry.isKeyed() && (isOld || latest.get(entry.key()) != entry))
                        .as("%s may be dropped", entry)
                        .isTrue();
            }
        }
        checkThatTheDeletedStayDeleted(read);
    }

    /** What a reader takes for the value of each key must be right, whatever is left of its history. */
    private void checkThatTheDeletedStayDeleted(final List<Entry> read) {
        assertThat(values(read)).isEqualTo(values(new ArrayList<>(entries.values())));
    }

    private static Map<String, String> values(final List<Entry> history) {
        final Map<String, String> values = new TreeMap<>();
        for (final Entry entry : history) {
            if (entry.isKeyed() && entry.kind() == RecordKind.TOMBSTONE) {
                values.remove(entry.key());
            } else if (entry.isKeyed()) {
                values.put(entry.key(), entry.value());
            }
        }
        return values;
    }
}
