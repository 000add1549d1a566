package io.millrace.streams;

/**
 * A table that every task of a join sees in full.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class BroadcastTable<K, V> {
    private final Table<K, V> table;

    BroadcastTable(final Table<K, V> table) {
        this.table = table;
    }

    Table<K, V> table() {
        return table;
    }
}
