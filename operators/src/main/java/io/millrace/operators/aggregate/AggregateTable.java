package io.millrace.operators.aggregate;

import io.millrace.operators.state.HeapColumn;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;

/**
 * The states of an aggregation, by key: a {@link KeyedTable}, whose entries hold the states or, for values on the heap, the
 * numbers of their places there. Made by an {@link Aggregator} and used by one thread.
 */
public final class AggregateTable implements AutoCloseable, Stateful {
    private final KeyedTable keys;

    // For values on the heap; null otherwise.
    private final HeapColumn<Object> column;

    private final int reservedOffset;

    AggregateTable(final KeyedTable keys, final HeapColumn<Object> column, final int reservedOffset) {
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
        return column.value(entry);
    }

    void value(final long entry, final Object value) {
        column.value(entry, value);
    }

    /**
     * Removes a key and its state.
     *
     * @param entry of the key.
     */
    public void remove(final long entry) {
        if (column != null) {
            column.remove(entry);
        }
        keys.remove(entry);
    }

    /** Forgets all keys and gives the memory back. */
    public void clear() {
        keys.clear();
        if (column != null) {
            column.clear();
        }
    }

    @Override
    public void snapshot(final StateWriter out) {
        keys.snapshot(out);
        if (column != null) {
            column.snapshot(out);
        }
    }

    @Override
    public void restore(final StateReader in) {
        if (column != null) {
            column.clear();
        }
        keys.restore(in);
        if (column != null) {
            column.restore(in);
        }
    }

    /** Gives the memory back for good. May be called twice. */
    @Override
    public void close() {
        keys.close();
        if (column != null) {
            column.close();
        }
    }

    @Override
    public String toString() {
        return "Aggregate" + keys;
    }
}
