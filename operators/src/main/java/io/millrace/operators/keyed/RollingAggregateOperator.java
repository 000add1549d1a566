package io.millrace.operators.keyed;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
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
 * Keeps an aggregate of all values of each key so far, and hands it on whenever it has changed.
 *
 * <p>Changed means that the bytes of its state are others than before. A value that makes no difference, such as one that is
 * no new maximum, hands nothing on, unless every update was asked for.
 *
 * @param <V> type of the values.
 * @param <R> type of the aggregate.
 */
public final class RollingAggregateOperator<V, R> extends Step<V, R> implements Stateful, EntryView {
    private static final int INITIAL_STATE_LENGTH = 64;

    private final Aggregator<V, R> aggregator;
    private final AggregateTable table;
    private final boolean isEveryUpdate;
    private final MutableDirectBuffer before = new ExpandableArrayBuffer(INITIAL_STATE_LENGTH);
    private final MutableDirectBuffer after = new ExpandableArrayBuffer(INITIAL_STATE_LENGTH);
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param name          of the step, for errors.
     * @param failures      takes what the aggregation throws.
     * @param memory        of the task.
     * @param aggregator    of this operator alone.
     * @param isEveryUpdate true to hand on what has not changed as well.
     * @param next          step, that takes the aggregates.
     */
    public RollingAggregateOperator(
            final String name,
            final FailureHandler failures,
            final StateMemory memory,
            final Aggregator<V, R> aggregator,
            final boolean isEveryUpdate,
            final Operator<? super R> next) {
        super(failures, next);
        this.aggregator = aggregator;
        this.table = aggregator.newTable(memory, name);
        this.isEveryUpdate = isEveryUpdate;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final KeyedTable keys = table.keys();
        final long entry = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final boolean isNew = keys.wasAdded();
        final R result;
        try {
            if (!add(entry, isNew, value)) {
                return;
            }
            result = aggregator.result(table, entry);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        lookAhead.update(context, keys.bytesInUse());
        next.process(context, result);
    }

    private boolean add(final long entry, final boolean isNew, final V value) {
        if (isNew) {
            addFirst(entry, value);
            return true;
        }
        if (isEveryUpdate) {
            aggregator.add(table, entry, value);
            return true;
        }
        final int length = write(entry, before);
        aggregator.add(table, entry, value);
        return write(entry, after) != length || !areEqual(length);
    }

    private void addFirst(final long entry, final V value) {
        boolean isAdded = false;
        try {
            aggregator.add(table, entry, value);
            isAdded = true;
        } finally {
            if (!isAdded) {
                // A key whose only value was refused has no aggregate.
                table.remove(entry);
            }
        }
    }

    private int write(final long entry, final MutableDirectBuffer buffer) {
        final int length = aggregator.stateLength(table, entry);
        buffer.checkLimit(length);
        aggregator.writeState(table, entry, buffer, 0);
        return length;
    }

    private boolean areEqual(final int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            if (before.getLong(i) != after.getLong(i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (before.getByte(i) != after.getByte(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
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
