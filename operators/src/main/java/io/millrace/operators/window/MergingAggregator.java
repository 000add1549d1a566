package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateMemory;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Aggregates what the first half of a window sends: adds values, and combines states.
 *
 * @param <V> type of the values.
 * @param <R> type of the result.
 */
public final class MergingAggregator<V, R> extends Aggregator<PartialOrValue<V>, R> {
    private final Aggregator<V, R> aggregator;

    /**
     * Creates the aggregator.
     *
     * @param aggregator of the values; combinable.
     */
    public MergingAggregator(final Aggregator<V, R> aggregator) {
        this.aggregator = aggregator;
    }

    @Override
    public AggregateTable newTable(final StateMemory memory, final String owner, final int reservedLength) {
        return aggregator.newTable(memory, owner, reservedLength);
    }

    @Override
    public void add(final AggregateTable table, final long entry, final PartialOrValue<V> value) {
        if (value.isPartial()) {
            // The operator has just found or added the entry.
            aggregator.readState(table, entry, table.keys().wasAdded(), value.buffer(), value.offset(), value.length());
        } else {
            aggregator.add(table, entry, value.value());
        }
    }

    @Override
    public void combine(
            final AggregateTable into, final long intoEntry, final AggregateTable from, final long fromEntry) {
        aggregator.combine(into, intoEntry, from, fromEntry);
    }

    @Override
    public void copy(final AggregateTable into, final long intoEntry, final AggregateTable from, final long fromEntry) {
        aggregator.copy(into, intoEntry, from, fromEntry);
    }

    @Override
    public R result(final AggregateTable table, final long entry) {
        return aggregator.result(table, entry);
    }

    @Override
    public StateCopy copyOf(final AggregateTable table, final long entry) {
        return aggregator.copyOf(table, entry);
    }

    @Override
    public int stateLength(final AggregateTable table, final long entry) {
        return aggregator.stateLength(table, entry);
    }

    @Override
    public void writeState(
            final AggregateTable table, final long entry, final MutableDirectBuffer buffer, final int offset) {
        aggregator.writeState(table, entry, buffer, offset);
    }

    @Override
    public void readState(
            final AggregateTable table,
            final long entry,
            final boolean isNew,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        aggregator.readState(table, entry, isNew, buffer, offset, length);
    }

    @Override
    public boolean isCombinable() {
        return aggregator.isCombinable();
    }
}
