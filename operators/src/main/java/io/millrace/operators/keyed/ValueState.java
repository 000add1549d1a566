package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.KeepingCodec;
import io.millrace.operators.state.HeapColumn;
import java.util.Objects;

/**
 * A cell for an object of each key, on the Java heap. Inside a call of the processor it stands on the key of the call.
 *
 * @param <T> type of the values.
 */
public final class ValueState<T> {
    private final KeyCells cells;
    private final long bit;
    private final int offset;
    private final Codec<T> codec;
    private HeapColumn<T> column;

    ValueState(final KeyCells cells, final long bit, final int offset, final Codec<T> codec) {
        this.cells = cells;
        this.bit = bit;
        this.offset = offset;
        this.codec = codec;
    }

    HeapColumn<T> open(final KeyTable table) {
        column = table.column(offset, KeepingCodec.of(codec));
        return column;
    }

    /**
     * Reads the value of the key.
     *
     * @return the value, null if there is none.
     */
    public T value() {
        return cells.isMarked(bit) ? column.value(cells.entry()) : null;
    }

    /**
     * Reads the value of the key.
     *
     * @param other to give where there is none.
     * @return the value, or the other one.
     */
    public T valueOr(final T other) {
        return cells.isMarked(bit) ? column.value(cells.entry()) : other;
    }

    /**
     * Sets the value of the key. Of a value that is a view, the bytes are copied.
     *
     * @param value that is not changed any more, not null; {@link #clear()} forgets.
     */
    public void set(final T value) {
        final T kept = codec.copy(Objects.requireNonNull(value, "a state is never null; clear() forgets it"));
        final boolean wasSet = cells.isMarked(bit);
        boolean isKept = false;
        try {
            column.value(cells.mark(bit), kept);
            isKept = true;
        } finally {
            if (!isKept && !wasSet) {
                // A value that its codec refuses leaves the state as it was.
                cells.unmark(bit);
            }
        }
    }

    /**
     * Tells whether the key has a value.
     *
     * @return true from {@link #set} to {@link #clear}.
     */
    public boolean isSet() {
        return cells.isMarked(bit);
    }

    /** Forgets the value of the key. When all cells of the key are clear, its memory is free. */
    public void clear() {
        if (cells.isMarked(bit)) {
            column.remove(cells.unmark(bit));
        }
    }

    /** What an entry holds, which nobody changes; null if this cell is not set there. */
    T copyOf(final long entry) {
        return cells.isMarked(entry, bit) ? column.value(entry) : null;
    }
}
