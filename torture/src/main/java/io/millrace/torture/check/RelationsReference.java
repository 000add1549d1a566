package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rows of two tables that are joined, by their keys or by a board. In which order changes of both sides have met is decided in an
 * exchange, which is truncated, so what was written is asked: under each key it must be what one order of all changes makes.
 */
final class RelationsReference implements Reference {
    private static final int BOARDS = 12;

    /** Which tables are joined, and which rows are there that have a value on one side alone. */
    enum Kind {
        OUTER,
        INNER,
        LINKED,
        LINKED_INNER
    }

    private final Kind kind;
    private final String output;
    private final Iterable<OutputRecord> written;
    private final List<TreeMap<Long, RowHistory>> tables = List.of(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    private final Set<Long> boardTimes = new HashSet<>();
    private int topic;

    RelationsReference(final Kind kind, final String output, final Iterable<OutputRecord> written) {
        this.kind = kind;
        this.output = output;
        this.written = written;
    }

    @Override
    public void beginPartition(final int newTopic) {
        topic = newTopic;
    }

    @Override
    public void take(final StoredRecord record, final Outputs outputs) {
        if (record.kind() == StoredRecord.Kind.DATA || record.kind() == StoredRecord.Kind.TOMBSTONE) {
            tables.get(topic)
                    .computeIfAbsent(OutputRecord.longAt(record.key(), 0), key -> new RowHistory())
                    .add(record);
            if (topic == RelationsInput.BOARDS) {
                boardTimes.add(record.eventTimeNs());
            }
        }
    }

    @Override
    public void finish(final Outputs outputs) {
        final Map<ByteBuffer, List<OutputRecord>> writtenOfKeys = new HashMap<>();
        for (final OutputRecord record : written) {
            writtenOfKeys
                    .computeIfAbsent(ByteBuffer.wrap(record.key()), key -> new ArrayList<>())
                    .add(record);
        }
        final TreeMap<Long, RowHistory> keys = new TreeMap<>(tables.get(RelationsInput.TRADES));
        if (kind == Kind.OUTER) {
            tables.get(RelationsInput.OTHERS).forEach(keys::putIfAbsent);
        }
        for (final long number : keys.keySet()) {
            final byte[] key = OutputRecord.longs(number);
            final List<OutputRecord> ofKey = writtenOfKeys.getOrDefault(ByteBuffer.wrap(key), List.of());
            rows(number, key, ofKey).forEach(row -> outputs.add(output, row));
        }
    }

    private List<OutputRecord> rows(final long number, final byte[] key, final List<OutputRecord> ofKey) {
        final RowHistory lefts = history(RelationsInput.TRADES, number);
        if (kind == Kind.OUTER || kind == Kind.INNER) {
            final RowHistory rights = history(RelationsInput.OTHERS, number);
            return RowPath.follow(new PairSteps(key, lefts, rights, kind == Kind.OUTER), PairSteps.start(), ofKey);
        }
        return RowPath.follow(
                new LinkSteps(key, lefts, tables.get(RelationsInput.BOARDS), boardTimes, kind == Kind.LINKED),
                LinkSteps.start(BOARDS),
                ofKey);
    }

    private RowHistory history(final int table, final long number) {
        return tables.get(table).getOrDefault(number, new RowHistory());
    }
}
