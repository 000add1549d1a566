package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import org.agrona.DirectBuffer;

/**
 * What the first half of a window sends: the state of a key in a window or pane, or a value that came after that was sent. One
 * instance is moved from one to the next; it is valid inside the call.
 *
 * @param <V> type of the values.
 */
public final class PartialOrValue<V> {
    private V value;

    // Where the state is, on the side that sends it.
    private AggregateTable table;
    private long entry;

    // Where the state is, on the side that reads it.
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private boolean isPartial;

    PartialOrValue() {}

    void value(final V newValue) {
        value = newValue;
        isPartial = false;
    }

    void partial(final AggregateTable newTable, final long newEntry) {
        table = newTable;
        entry = newEntry;
        value = null;
        isPartial = true;
    }

    void partial(final DirectBuffer newBuffer, final int newOffset, final int newLength) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        value = null;
        isPartial = true;
    }

    /**
     * Tells which it is.
     *
     * @return true for a state.
     */
    public boolean isPartial() {
        return isPartial;
    }

    /**
     * The value.
     *
     * @return the value, null for a state.
     */
    public V value() {
        return value;
    }

    AggregateTable table() {
        return table;
    }

    long entry() {
        return entry;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
