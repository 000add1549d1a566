package io.millrace.operators.join;

import io.millrace.log.record.ByteRanges;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Values of one codec as bytes outside the heap. Whoever writes one keeps its row, and a reference to it in some bytes that are
 * zero where there is none.
 *
 * @param <V> type of the values.
 */
final class ValueRows<V> {
    static final long NONE = RowTable.NONE;

    private final RowTable rows;
    private final Codec<V> codec;

    ValueRows(final StateMemory memory, final String owner, final Codec<V> codec) {
        this.rows = new RowTable(memory, owner, 0);
        this.codec = codec;
    }

    /** What is kept of a row: 0 for none. */
    static long reference(final long row) {
        return row + 1;
    }

    static long row(final long reference) {
        return reference - 1;
    }

    /** Writes a value; what the codec throws leaves no row behind. */
    long write(final V value) {
        final long row = rows.add(codec.encodedLength(value));
        boolean isWritten = false;
        try {
            codec.encode(value, rows.buffer(row), rows.valueOffset(row));
            isWritten = true;
            return row;
        } finally {
            if (!isWritten) {
                rows.remove(row);
            }
        }
    }

    V read(final long row) {
        return codec.decode(rows.buffer(row), rows.valueOffset(row), rows.valueLength(row));
    }

    /** Reads with another codec than the own one, whose view may stand on another row. */
    V read(final long row, final Codec<V> other) {
        return other.decode(rows.buffer(row), rows.valueOffset(row), rows.valueLength(row));
    }

    /** Reads a copy that may be kept. Allocates. */
    V copy(final long row) {
        final byte[] bytes = new byte[rows.valueLength(row)];
        rows.buffer(row).getBytes(rows.valueOffset(row), bytes);
        return codec.decodeFresh(new UnsafeBuffer(bytes));
    }

    boolean areEqual(final long row, final long other) {
        final int length = rows.valueLength(row);
        return length == rows.valueLength(other)
                && ByteRanges.areEqual(
                        rows.buffer(row), rows.valueOffset(row), rows.buffer(other), rows.valueOffset(other), length);
    }

    void remove(final long row) {
        rows.remove(row);
    }

    /** How many values there are. */
    int size() {
        return rows.size();
    }

    long bytesInUse() {
        return rows.bytesInUse();
    }

    void snapshot(final StateWriter out) {
        rows.snapshot(out);
    }

    void restore(final StateReader in) {
        rows.restore(in);
    }
}
