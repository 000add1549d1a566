package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a table has held for one key, version by version; the first one is nothing, before all. */
final class RowHistory {
    /** The id where there is no trade. */
    static final long NOBODY = -1;

    private static final int ID = 1;
    private static final int PRICE = 2;
    private static final long[] NOTHING = {NOBODY, NOBODY};

    /** What has held from a change on: id and price of a trade, and its board; or nothing. */
    private record Version(boolean hasValue, long[] shown, long board, long timeNs) {}

    private final List<Version> versions = new ArrayList<>();
    private final Map<Long, Integer> ids = new HashMap<>();

    RowHistory() {
        versions.add(new Version(false, NOTHING, NOBODY, Long.MIN_VALUE));
    }

    /** Takes a change; a delete of nothing is none, and no value is like the one before, since each has its id. */
    void add(final StoredRecord change) {
        if (change.kind() == StoredRecord.Kind.DATA) {
            final byte[] value = change.value();
            ids.put(OutputRecord.longAt(value, ID), versions.size());
            versions.add(new Version(
                    true,
                    new long[] {OutputRecord.longAt(value, ID), OutputRecord.longAt(value, PRICE)},
                    RelationsInput.board(value),
                    change.eventTimeNs()));
        } else if (hasValue(last())) {
            versions.add(new Version(false, NOTHING, NOBODY, change.eventTimeNs()));
        }
    }

    int last() {
        return versions.size() - 1;
    }

    boolean hasValue(final int version) {
        return versions.get(version).hasValue;
    }

    long timeNs(final int version) {
        return versions.get(version).timeNs;
    }

    /** The board that the value of a version is linked with. */
    long board(final int version) {
        return versions.get(version).board;
    }

    /** Id and price, or nobody twice. */
    long[] shown(final int version) {
        return versions.get(version).shown;
    }

    /** The version of an id; the last one if there is none of it. */
    int find(final long id) {
        return ids.getOrDefault(id, last());
    }
}
