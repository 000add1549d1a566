package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.KeepingCodec;
import io.millrace.operators.state.HeapColumn;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateMemory;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Aggregates in immutable values on the heap.
 *
 * @param <V> type of the records.
 * @param <A> type of the values.
 * @param <R> type of the result.
 */
public final class ValueAggregator<V, A, R> extends Aggregator<V, R> {
    private final Codec<A> codec;
    private final Supplier<? extends A> initial;
    private final BiFunction<? super A, ? super V, ? extends A> add;
    private final BiFunction<? super A, ? super V, ? extends A> subtract;
    private final BinaryOperator<A> combine;
    private final Function<? super A, ? extends R> result;
    private final boolean isBorrowed;

    /**
     * Creates the aggregator.
     *
     * @param codec   of the values, of this operator alone.
     * @param initial makes the value of no records.
     * @param add     makes a value of an earlier one and a record.
     * @param subtract makes a value of an earlier one without a record; null if it cannot.
     * @param combine makes a value of two; null if they cannot be combined.
     * @param result  makes the result of a value.
     */
    public ValueAggregator(
            final Codec<A> codec,
            final Supplier<? extends A> initial,
            final BiFunction<? super A, ? super V, ? extends A> add,
            final BiFunction<? super A, ? super V, ? extends A> subtract,
            final BinaryOperator<A> combine,
            final Function<? super A, ? extends R> result) {
        this.codec = codec;
        this.initial = initial;
        this.add = add;
        this.subtract = subtract;
        this.combine = combine;
        this.result = result;
        this.isBorrowed = codec.isBorrowed();
    }

    @Override
    public AggregateTable newTable(final StateMemory memory, final String owner, final int reservedLength) {
        final KeyedTable keys = new KeyedTable(memory, owner, Long.BYTES + reservedLength);
        return new AggregateTable(keys, new HeapColumn<>(memory, owner, keys, 0, objects()), Long.BYTES);
    }

    @SuppressWarnings("unchecked") // The column is given this codec's values and nothing else.
    private Codec<Object> objects() {
        return (Codec<Object>) KeepingCodec.of(codec);
    }

    @SuppressWarnings("unchecked") // Only this aggregator puts values into the table.
    private A value(final AggregateTable table, final long entry) {
        return (A) table.value(entry);
    }

    @Override
    public void add(final AggregateTable table, final long entry, final V value) {
        final A held = value(table, entry);
        keep(table, entry, held, add.apply(held == null ? initial.get() : held, value));
    }

    @Override
    public void subtract(final AggregateTable table, final long entry, final V value) {
        if (subtract == null) {
            throw new UnsupportedOperationException("the aggregation cannot subtract");
        }
        final A held = value(table, entry);
        keep(table, entry, held, subtract.apply(held, value));
    }

    private void keep(final AggregateTable table, final long entry, final A held, final A made) {
        if (made == null) {
            throw new IllegalStateException("an aggregation made null of a value and a record");
        }
        if (made != held) {
            table.value(entry, isBorrowed ? codec.copy(made) : made);
        }
    }

    @Override
    public void combine(
            final AggregateTable into, final long intoEntry, final AggregateTable from, final long fromEntry) {
        combine(into, intoEntry, value(from, fromEntry));
    }

    private void combine(final AggregateTable into, final long intoEntry, final A other) {
        if (combine == null) {
            throw new UnsupportedOperationException("the aggregation cannot combine two values");
        }
        final A held = value(into, intoEntry);
        final A sum = combine.apply(held, other);
        if (sum == null) {
            throw new IllegalStateException("an aggregation made null of two values");
        }
        if (sum != held) {
            into.value(intoEntry, isBorrowed ? codec.copy(sum) : sum);
        }
    }

    @Override
    public void copy(final AggregateTable into, final long intoEntry, final AggregateTable from, final long fromEntry) {
        into.value(intoEntry, value(from, fromEntry));
    }

    @Override
    public R result(final AggregateTable table, final long entry) {
        return result.apply(value(table, entry));
    }

    @Override
    public StateCopy copyOf(final AggregateTable table, final long entry) {
        return new ValueCopy<>(value(table, entry), combine, result);
    }

    @Override
    public int stateLength(final AggregateTable table, final long entry) {
        return codec.encodedLength(value(table, entry));
    }

    @Override
    public void writeState(
            final AggregateTable table, final long entry, final MutableDirectBuffer buffer, final int offset) {
        codec.encode(value(table, entry), buffer, offset);
    }

    @Override
    public void readState(
            final AggregateTable table,
            final long entry,
            final boolean isNew,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final A read = codec.decode(buffer, offset, length);
        if (isNew) {
            table.value(entry, isBorrowed ? codec.copy(read) : read);
        } else {
            combine(table, entry, read);
        }
    }

    @Override
    public boolean isCombinable() {
        return combine != null;
    }
}
