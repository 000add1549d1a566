package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
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

/**
 * Joins two tables: the row of a key is the pair of the values that both tables have for it where a change comes, and what is
 * handed on is how that row changes. A change of one side makes one change of the row or none, and one that leaves the bytes as
 * they were makes none, so an exchange before needs not know values before.
 *
 * <p>A change of the row has the later of the event times of the two changes that made it, deletes among them. So the changes of
 * a key follow each other in event time if those of both sides do, as long as one side has a value.
 *
 * <pre>
 *   key:  for each side  int64 row of the value + 1, 0 for none | int64 event time of the last change, MIN_VALUE before the first
 * </pre>
 *
 * @param <L> type of the values of the left table.
 * @param <R> type of the values of the right table.
 */
public final class TableJoinOperator<L, R> extends Step<Sided, Change<Joined<L, R>>> implements Stateful, EntryView {
    /** Number of the left table's side. */
    public static final int LEFT = 0;

    /** Number of the right table's side. */
    public static final int RIGHT = 1;

    private static final int VALUE = 0;
    private static final int TIME = 8;
    private static final int SIDE_LENGTH = 16;
    private static final int STATE_LENGTH = 2 * SIDE_LENGTH;

    private final JoinKind kind;
    private final KeyedTable keys;
    private final ValueRows<L> lefts;
    private final ValueRows<R> rights;
    private final Joined<L, R> before = new Joined<>();
    private final Joined<L, R> after = new Joined<>();
    private final Change<Joined<L, R>> changed = new Change<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner    name of the step, for errors.
     * @param failures of the step.
     * @param kind     of join.
     * @param left     codec of the left table's values, of this operator alone.
     * @param right    codec of the right table's values, of this operator alone.
     * @param memory   of the task.
     * @param next     step that takes the changes; they know the row before.
     */
    public TableJoinOperator(
            final String owner,
            final FailureHandler failures,
            final JoinKind kind,
            final Codec<L> left,
            final Codec<R> right,
            final StateMemory memory,
            final Operator<? super Change<Joined<L, R>>> next) {
        super(failures, next);
        this.kind = kind;
        this.keys = new KeyedTable(memory, owner, STATE_LENGTH);
        this.lefts = new ValueRows<>(memory, owner, left);
        this.rights = new ValueRows<>(memory, owner, right);
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        final long found = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (value.side() == LEFT) {
            final Change<L> change = value.value();
            if (!change.isDelete()) {
                put(context, found, LEFT, lefts, change.after());
            } else if (found >= 0) {
                delete(context, found, LEFT, lefts);
            }
        } else {
            final Change<R> change = value.value();
            if (!change.isDelete()) {
                put(context, found, RIGHT, rights, change.after());
            } else if (found >= 0) {
                delete(context, found, RIGHT, rights);
            }
        }
    }

    private <V> void put(
            final RecordContext context, final long found, final int side, final ValueRows<V> values, final V value) {
        final long row;
        try {
            row = values.write(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long entry = found >= 0 ? found : add(context);
        final long rowBefore = row(entry, side);
        if (rowBefore != ValueRows.NONE && values.areEqual(rowBefore, row)) {
            values.remove(row);
            return;
        }
        final long timeBefore = timeNs(entry, side);
        keys.change(entry);
        set(entry, side, ValueRows.reference(row), context.eventTimeNs());
        lookAhead.update(context, keys.bytesInUse());
        handOn(context, entry, side, rowBefore, timeBefore, value);
        if (rowBefore != ValueRows.NONE) {
            values.remove(rowBefore);
        }
    }

    private long add(final RecordContext context) {
        final long entry = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        set(entry, LEFT, 0, Long.MIN_VALUE);
        set(entry, RIGHT, 0, Long.MIN_VALUE);
        return entry;
    }

    private void delete(final RecordContext context, final long entry, final int side, final ValueRows<?> values) {
        final long rowBefore = row(entry, side);
        if (rowBefore == ValueRows.NONE) {
            return;
        }
        final long timeBefore = timeNs(entry, side);
        keys.change(entry);
        set(entry, side, 0, context.eventTimeNs());
        handOn(context, entry, side, rowBefore, timeBefore, null);
        values.remove(rowBefore);
        if (row(entry, 1 - side) == ValueRows.NONE) {
            keys.remove(entry);
        }
    }

    private void handOn(
            final RecordContext context,
            final long entry,
            final int side,
            final long rowBefore,
            final long timeBefore,
            final Object valueAfter) {
        final long other = row(entry, 1 - side);
        if (other == ValueRows.NONE && !(side == LEFT ? kind.keepsLeft() : kind.keepsRight())) {
            return;
        }
        final long otherNs = timeNs(entry, 1 - side);
        if (side == LEFT) {
            final R right = other == ValueRows.NONE ? null : rights.read(other);
            before.wrap(rowBefore == ValueRows.NONE ? null : lefts.read(rowBefore), timeBefore, right, otherNs);
            after.wrap(left(valueAfter), context.eventTimeNs(), right, otherNs);
        } else {
            final L left = other == ValueRows.NONE ? null : lefts.read(other);
            before.wrap(left, otherNs, rowBefore == ValueRows.NONE ? null : rights.read(rowBefore), timeBefore);
            after.wrap(left, otherNs, right(valueAfter), context.eventTimeNs());
        }
        handOn(context, Math.max(context.eventTimeNs(), otherNs));
    }

    @SuppressWarnings("unchecked") // It came from the left side.
    private L left(final Object value) {
        return (L) value;
    }

    @SuppressWarnings("unchecked") // It came from the right side.
    private R right(final Object value) {
        return (R) value;
    }

    private void handOn(final RecordContext context, final long timeNs) {
        final boolean wasRow = isRow(before.hasLeft(), before.hasRight());
        final boolean isRow = isRow(after.hasLeft(), after.hasRight());
        if (wasRow || isRow) {
            final long eventTimeNs = context.eventTimeNs();
            context.eventTimeNs(timeNs);
            next.process(context, changed.wrap(wasRow ? before : null, isRow ? after : null));
            context.eventTimeNs(eventTimeNs);
        }
    }

    private boolean isRow(final boolean hasLeft, final boolean hasRight) {
        return hasLeft ? hasRight || kind.keepsLeft() : hasRight && kind.keepsRight();
    }

    private long row(final long entry, final int side) {
        return ValueRows.row(keys.buffer(entry).getLong(keys.stateOffset(entry) + side * SIDE_LENGTH + VALUE));
    }

    private long timeNs(final long entry, final int side) {
        return keys.buffer(entry).getLong(keys.stateOffset(entry) + side * SIDE_LENGTH + TIME);
    }

    private void set(final long entry, final int side, final long reference, final long timeNs) {
        final int offset = keys.stateOffset(entry) + side * SIDE_LENGTH;
        keys.buffer(entry).putLong(offset + VALUE, reference);
        keys.buffer(entry).putLong(offset + TIME, timeNs);
    }

    @Override
    public void prefetch(final RecordContext context, final Sided value) {
        lookAhead.touch(keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength()));
    }

    @Override
    public StateShape shape() {
        return StateShape.VALUES;
    }

    @Override
    public KeyedTable keys() {
        return keys;
    }

    @Override
    public void visit(final long entry, final StateVisitor visitor) {
        final long left = row(entry, LEFT);
        final long right = row(entry, RIGHT);
        if (isRow(left != ValueRows.NONE, right != ValueRows.NONE)) {
            final Joined<L, R> copy = new Joined<>();
            copy.wrap(
                    left == ValueRows.NONE ? null : lefts.copy(left),
                    timeNs(entry, LEFT),
                    right == ValueRows.NONE ? null : rights.copy(right),
                    timeNs(entry, RIGHT));
            visitor.onValue(keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry), "", copy);
        }
    }

    @Override
    public void snapshot(final StateWriter out) {
        keys.snapshot(out);
        lefts.snapshot(out);
        rights.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        keys.restore(in);
        lefts.restore(in);
        rights.restore(in);
    }
}
