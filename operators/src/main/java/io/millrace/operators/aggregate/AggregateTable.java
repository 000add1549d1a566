package io.millrace.operators.aggregate;

import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;

/**
 * The states of an aggregation, by key: a {@link KeyedTable}, whose entries hold the states or, for values on the heap, the
 * numbers of their places there. Made by an {@link Aggregator} and used by one thread.
 */
public final class AggregateTable implements AutoCloseable {
    private final KeyedTable keys;

    // For values on the heap; the entry of a key holds the place of its value plus one, since new entries are zero.
    private final ValueColumn column;

    private final int reservedOffset;

    AggregateTable(final KeyedTable keys, final ValueColumn column, final int reservedOffset) {
        this.keys = keys;
        this.column = column;
        this.reservedOffset = reservedOffset;
    }

    /**
     * The table of keys.
     *
     * @return the table, to find, add and walk entries; they are removed by {@link #remove}.
     */
    public KeyedTable keys() {
        return keys;
    }

    /**
     * Where the bytes of an entry begin that the operator asked for beside the state; zero in a new entry.
     *
     * @param entry of the table.
     * @return index in the entry's buffer, a multiple of 8.
     */
    public int reservedOffset(final long entry) {
        return keys.stateOffset(entry) + reservedOffset;
    }

    Object value(final long entry) {
        final long place = keys.buffer(entry).getLong(keys.stateOffset(entry));
        return place == 0 ? null : column.get((int) place - 1);
    }

    void value(final long entry, final Object value) {
        final long place = keys.buffer(entry).getLong(keys.stateOffset(entry));
        if (place == 0) {
            keys.buffer(entry).putLong(keys.stateOffset(entry), column.add(value) + 1L);
        } else {
            column.set((int) place - 1, value);
        }
    }

    /**
     * Removes a key and its state.
     *
     * @param entry of the key.
     */
    public void remove(final long entry) {
        if (column != null) {
            final long place = keys.buffer(entry).getLong(keys.stateOffset(entry));
            if (place != 0) {
                column.remove((int) place - 1);
            }
        }
        keys.remove(entry);
    }

    /**
     * Writes all keys and states.
     *
     * @param writer to write with.
     */
    public void snapshot(final StateWriter writer) {
        keys.snapshot(writer);
    }

    /**
     * Replaces all keys and states by those of a snapshot; the entries are the same numbers.
     *
     * @param reader that stands where the snapshot begins.
     */
    public void restore(final StateReader reader) {
        keys.restore(reader);
    }

    /** Forgets all keys and gives the memory back. */
    public void clear() {
        keys.clear();
        if (column != null) {
            column.clear();
        }
    }

    /** Gives the memory back for good. May be called twice. */
    @Override
    public void close() {
        keys.close();
        if (column != null) {
            column.clear();
        }
    }

    @Override
    public String toString() {
        return "Aggregate" + keys;
    }
}
