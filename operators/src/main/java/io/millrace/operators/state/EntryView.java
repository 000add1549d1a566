package io.millrace.operators.state;

import org.agrona.DirectBuffer;

/** The view on a step that has one table with one entry for each key. */
public interface EntryView extends StateView {
    /**
     * The table that the step keeps.
     *
     * @return table of keys.
     */
    KeyedTable keys();

    /**
     * Shows one entry.
     *
     * @param entry   of {@link #keys()}.
     * @param visitor that is given it.
     */
    void visit(long entry, StateVisitor visitor);

    @Override
    default void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        final long entry = keys().find(key, offset, length);
        if (entry >= 0) {
            visit(entry, visitor);
        }
    }

    @Override
    default void forEach(final StateVisitor visitor) {
        final KeyedTable keys = keys();
        for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
            visit(entry, visitor);
        }
    }
}
