package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.HeapColumn;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.util.ArrayList;
import java.util.List;

/** Where the cells of all keys lie: an entry of fixed size for each key, and columns of objects beside. */
final class KeyTable {
    final KeyedTable entries;

    private final StateMemory memory;
    private final String owner;
    private final List<HeapColumn<?>> columns = new ArrayList<>();

    KeyTable(final StateMemory memory, final String owner, final int stateLength) {
        this.memory = memory;
        this.owner = owner;
        this.entries = new KeyedTable(memory, owner, stateLength);
    }

    <T> HeapColumn<T> column(final int offset, final Codec<T> codec) {
        final HeapColumn<T> column = new HeapColumn<>(memory, owner, entries, offset, codec);
        columns.add(column);
        return column;
    }

    void snapshot(final StateWriter out) {
        entries.snapshot(out);
        for (final HeapColumn<?> column : columns) {
            column.snapshot(out);
        }
    }

    void restore(final StateReader in) {
        entries.restore(in);
        for (final HeapColumn<?> column : columns) {
            column.restore(in);
        }
    }
}
