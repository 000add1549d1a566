package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Reads the records of a table's topic: each is the new value of its key. What was before is not in the log, a
 * {@link TableOperator} knows it.
 *
 * @param <V> type of the values.
 */
public final class TableRecordCodec<V> implements Codec<Change<V>> {
    private final Codec<V> values;
    private final Change<V> read = new Change<>();

    /**
     * Creates a codec.
     *
     * @param values codec of the values.
     */
    public TableRecordCodec(final Codec<V> values) {
        this.values = values;
    }

    @Override
    public Codec<Change<V>> forTask() {
        return new TableRecordCodec<>(values.forTask());
    }

    @Override
    public Change<V> decode(final DirectBuffer buffer, final int offset, final int length) {
        return read.wrap(null, values.decode(buffer, offset, length));
    }

    @Override
    public Change<V> decodeFresh(final DirectBuffer record) {
        return new Change<V>().wrap(null, values.decodeFresh(record));
    }

    @Override
    public int encodedLength(final Change<V> change) {
        return values.encodedLength(change.after());
    }

    @Override
    public void encode(final Change<V> change, final MutableDirectBuffer buffer, final int offset) {
        values.encode(change.after(), buffer, offset);
    }

    // The change is moved as well, but its one reader hands on changes of its own.
    @Override
    public boolean isBorrowed() {
        return values.isBorrowed();
    }

    @Override
    public String describe() {
        return values.describe();
    }
}
