package io.millrace.operators.join;

import io.millrace.log.record.ByteRanges;
import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.EntryView;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Aggregates the values of a table that have one key: a value that comes is added, and one that leaves is subtracted. Hands on
 * the aggregate whenever the bytes of its state have changed, and a delete when the last value has left.
 *
 * <p>A change whose function fails, if its policy is to go on, leaves the aggregate as it was.
 *
 * <pre>
 *   key:  state | int64 number of values, reserved beside it
 * </pre>
 *
 * @param <V> type of the values.
 * @param <R> type of the aggregate.
 */
public final class TableAggregateOperator<V, R> extends Step<Change<V>, Change<R>> implements Stateful, EntryView {
    private static final int INITIAL_STATE_LENGTH = 64;

    private final Aggregator<V, R> aggregator;
    private final AggregateTable table;
    private final MutableDirectBuffer before = new ExpandableArrayBuffer(INITIAL_STATE_LENGTH);
    private final MutableDirectBuffer after = new ExpandableArrayBuffer(INITIAL_STATE_LENGTH);
    private final Change<R> changed = new Change<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner      name of the step, for errors.
     * @param failures   takes what the aggregation throws.
     * @param memory     of the task.
     * @param aggregator of this operator alone, that can subtract.
     * @param next       step that takes the changes of the aggregates; they do not know the value before.
     */
    public TableAggregateOperator(
            final String owner,
            final FailureHandler failures,
            final StateMemory memory,
            final Aggregator<V, R> aggregator,
            final Operator<? super Change<R>> next) {
        super(failures, next);
        this.aggregator = aggregator;
        this.table = aggregator.newTable(memory, owner, Long.BYTES);
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        final KeyedTable keys = table.keys();
        final long entry = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final boolean isNew = keys.wasAdded();
        final int length = isNew ? 0 : write(entry, before);
        final long number = numberAfter(entry, change);
        if (number <= 0) {
            // Nothing is left to be added up, whatever the last value was.
            table.remove(entry);
            if (!isNew) {
                next.process(context, changed.wrap(null, null));
            }
            return;
        }
        final R result;
        try {
            if (change.hasBefore()) {
                aggregator.subtract(table, entry, change.before());
            }
            if (!change.isDelete()) {
                aggregator.add(table, entry, change.after());
            }
            result = isSame(entry, isNew, length) ? null : aggregator.result(table, entry);
        } catch (final Exception e) {
            undo(entry, isNew, length);
            failures.onFailure(context, e);
            return;
        }
        keys.buffer(entry).putLong(table.reservedOffset(entry), number);
        lookAhead.update(context, keys.bytesInUse());
        if (result != null) {
            next.process(context, changed.wrap(null, result));
        }
    }

    private long numberAfter(final long entry, final Change<V> change) {
        return number(entry) + (change.isDelete() ? 0 : 1) - (change.hasBefore() ? 1 : 0);
    }

    private long number(final long entry) {
        return table.keys().buffer(entry).getLong(table.reservedOffset(entry));
    }

    private void undo(final long entry, final boolean isNew, final int length) {
        if (isNew) {
            table.remove(entry);
        } else {
            aggregator.readState(table, entry, true, before, 0, length);
        }
    }

    private int write(final long entry, final MutableDirectBuffer buffer) {
        final int length = aggregator.stateLength(table, entry);
        buffer.checkLimit(length);
        aggregator.writeState(table, entry, buffer, 0);
        return length;
    }

    private boolean isSame(final long entry, final boolean isNew, final int length) {
        return !isNew && write(entry, after) == length && ByteRanges.areEqual(before, 0, after, 0, length);
    }

    @Override
    public void prefetch(final RecordContext context, final Change<V> change) {
        lookAhead.touch(table.keys().prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength()));
    }

    @Override
    public StateShape shape() {
        return StateShape.VALUES;
    }

    @Override
    public KeyedTable keys() {
        return table.keys();
    }

    @Override
    public void visit(final long entry, final StateVisitor visitor) {
        final KeyedTable keys = table.keys();
        visitor.onValue(
                keys.buffer(entry),
                keys.keyOffset(entry),
                keys.keyLength(entry),
                "",
                aggregator.copyOf(table, entry).result());
    }

    @Override
    public void snapshot(final StateWriter out) {
        table.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        table.restore(in);
    }
}
