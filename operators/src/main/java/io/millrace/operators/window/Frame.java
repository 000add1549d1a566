package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.state.KeyedTable;

/** What an operator keeps of one window or pane. */
final class Frame {
    /** Holds no time. */
    static final Frame NONE = new Frame(null, null);

    final AggregateTable table;

    /** Keys of which something changed since the last emission; null where nobody asks. */
    final KeyedTable changed;

    long startNs = Long.MAX_VALUE;
    long endNs = Long.MIN_VALUE;

    Frame(final AggregateTable table, final KeyedTable changed) {
        this.table = table;
        this.changed = changed;
    }

    void clear() {
        table.clear();
        if (changed != null) {
            changed.clear();
        }
    }
}
