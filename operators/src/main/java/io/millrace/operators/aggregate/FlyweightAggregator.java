package io.millrace.operators.aggregate;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.state.StateMemory;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aggregates in bytes outside the heap: two views are moved from entry to entry.
 *
 * @param <V> type of the records.
 * @param <S> type of the state.
 * @param <R> type of the result.
 */
public final class FlyweightAggregator<V, S extends StateFlyweight, R> extends Aggregator<V, R> {
    private final CopyMaker copyMaker;
    private final S state;
    private final S other;
    private final BiConsumer<? super S, ? super V> add;
    private final BiConsumer<? super S, ? super V> subtract;
    private final BiConsumer<? super S, ? super S> combine;
    private final Function<? super S, ? extends R> result;
    private final int length;
    private final UnsafeBuffer read;

    /**
     * Creates the aggregator.
     *
     * @param factory   makes a view of the state.
     * @param add       takes a record into a state.
     * @param subtract  takes a record out of a state; null if it cannot.
     * @param combine   takes the second state into the first one; null if they cannot be combined.
     * @param result    makes the result of a state.
     * @param copyMaker copies a state for those who look at it from outside.
     */
    public FlyweightAggregator(
            final Supplier<S> factory,
            final BiConsumer<? super S, ? super V> add,
            final BiConsumer<? super S, ? super V> subtract,
            final BiConsumer<? super S, ? super S> combine,
            final Function<? super S, ? extends R> result,
            final CopyMaker copyMaker) {
        this.copyMaker = copyMaker;
        this.state = factory.get();
        this.other = factory.get();
        this.add = add;
        this.subtract = subtract;
        this.combine = combine;
        this.result = result;
        this.length = state.encodedLength();
        this.read = new UnsafeBuffer(new byte[length]);
    }

    @Override
    public AggregateTable newTable(final StateMemory memory, final String owner, final int reservedLength) {
        final int reservedOffset = BitUtil.align(length, Long.BYTES);
        return new AggregateTable(new KeyedTable(memory, owner, reservedOffset + reservedLength), null, reservedOffset);
    }

    @Override
    public void add(final AggregateTable table, final long entry, final V value) {
        final KeyedTable keys = table.keys();
        state.wrap(keys.buffer(entry), keys.stateOffset(entry));
        add.accept(state, value);
    }

    @Override
    public void subtract(final AggregateTable table, final long entry, final V value) {
        if (subtract == null) {
            throw new UnsupportedOperationException("the aggregation cannot subtract");
        }
        final KeyedTable keys = table.keys();
        state.wrap(keys.buffer(entry), keys.stateOffset(entry));
        subtract.accept(state, value);
    }

    @Override
    public void combine(
            final AggregateTable into, final long intoEntry, final AggregateTable from, final long fromEntry) {
        other.wrap(from.keys().buffer(fromEntry), from.keys().stateOffset(fromEntry));
        combineOther(into, intoEntry);
    }

    private void combineOther(final AggregateTable into, final long intoEntry) {
        if (combine == null) {
            throw new UnsupportedOperationException("the aggregation cannot combine two states");
        }
        into.keys().change(intoEntry);
        state.wrap(into.keys().buffer(intoEntry), into.keys().stateOffset(intoEntry));
        combine.accept(state, other);
    }

    @Override
    public void copy(final AggregateTable into, final long intoEntry, final AggregateTable from, final long fromEntry) {
        into.keys().change(intoEntry);
        into.keys()
                .buffer(intoEntry)
                .putBytes(
                        into.keys().stateOffset(intoEntry),
                        from.keys().buffer(fromEntry),
                        from.keys().stateOffset(fromEntry),
                        length);
    }

    @Override
    public R result(final AggregateTable table, final long entry) {
        state.wrap(table.keys().buffer(entry), table.keys().stateOffset(entry));
        return result.apply(state);
    }

    @Override
    public StateCopy copyOf(final AggregateTable table, final long entry) {
        return copyMaker.copy(table.keys().buffer(entry), table.keys().stateOffset(entry));
    }

    @Override
    public int stateLength(final AggregateTable table, final long entry) {
        return length;
    }

    @Override
    public void writeState(
            final AggregateTable table, final long entry, final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, table.keys().buffer(entry), table.keys().stateOffset(entry), length);
    }

    @Override
    public void readState(
            final AggregateTable table,
            final long entry,
            final boolean isNew,
            final DirectBuffer buffer,
            final int offset,
            final int stateLength) {
        if (stateLength != length) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "a state is " + length + " bytes long, this one has " + stateLength);
        }
        if (isNew) {
            table.keys().change(entry);
            table.keys().buffer(entry).putBytes(table.keys().stateOffset(entry), buffer, offset, length);
            return;
        }
        // The view may write, and expects to lie at a multiple of 8.
        buffer.getBytes(offset, read, 0, length);
        other.wrap(read, 0);
        combineOther(table, entry);
    }

    @Override
    public boolean isCombinable() {
        return combine != null;
    }
}
