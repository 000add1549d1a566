package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.DueQueue;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The values of both sides of a join that may still find a partner: for each key and side a list in the order of event times,
 * those of one time in the order in which they came. Each value has a deadline, and they leave in the order of their
 * deadlines, those of one deadline in the order in which they came.
 *
 * <pre>
 *   key:  for each side  int32 first row | int32 last row             a row is its number / 8 + 1, 0 for none
 *   row:  value | int32 next | int32 previous | int64 event time | int32 key, as a row | int32 flags: 1 right side, 2 has met a
 *         partner
 *   due:  deadline | low 32 bits of the arrival &lt;&lt; 31 | row / 8
 * </pre>
 */
final class SideRows {
    static final int LEFT = 0;
    static final int RIGHT = 1;
    static final long NONE = RowTable.NONE;

    private static final int KEY_STATE_LENGTH = 16;
    private static final int LIST_LENGTH = 8;
    private static final int LAST = 4;

    private static final int ROW_STATE_LENGTH = 24;
    private static final int NEXT = 0;
    private static final int PREVIOUS = 4;
    private static final int TIME = 8;
    private static final int KEY = 16;
    private static final int FLAGS = 20;
    private static final int IS_RIGHT = 1;
    private static final int IS_MATCHED = 2;

    // What is 8-byte aligned within 16 GiB fits 31 bits.
    private static final int UNIT_SHIFT = 3;
    private static final int UNIT_BITS = 31;
    private static final long UNIT_MASK = (1L << UNIT_BITS) - 1;
    private static final long ARRIVAL_MASK = (1L << Integer.SIZE) - 1;

    private final KeyedTable keys;
    private final RowTable rows;
    private final DueQueue due;

    // Counts on for ever; of two values with one deadline, the difference says which came first.
    private long arrivals;

    SideRows(final StateMemory memory, final String owner) {
        keys = new KeyedTable(memory, owner, KEY_STATE_LENGTH);
        rows = new RowTable(memory, owner, ROW_STATE_LENGTH);
        due = new DueQueue(memory, owner);
    }

    /** Makes room for a value that is in no list yet; the caller writes it. */
    long add(final int valueLength) {
        return rows.add(valueLength);
    }

    /** Takes back what {@link #add} made. */
    void giveUp(final long row) {
        rows.remove(row);
    }

    /** The key of the context; less than 0 if nothing is kept for it. */
    long find(final RecordContext context) {
        return keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    /** Puts a new row into the list of its key, which {@link #find} has given, and side. */
    void link(
            final RecordContext context,
            final long found,
            final long row,
            final int side,
            final long timeNs,
            final long deadlineNs) {
        final long key =
                found < 0 ? keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength()) : found;
        keys.change(key);
        final long list = keys.stateAddress(key) + side * LIST_LENGTH;
        long before = row(getInt(list + LAST));
        while (before != NONE && timeNs(before) > timeNs) {
            before = previous(before);
        }
        final int next = before == NONE ? getInt(list) : getInt(rows.stateAddress(before) + NEXT);
        final long state = rows.stateAddress(row);
        UnsafeApi.putInt(null, state + NEXT, next);
        UnsafeApi.putInt(null, state + PREVIOUS, before == NONE ? 0 : reference(before));
        UnsafeApi.putLong(null, state + TIME, timeNs);
        UnsafeApi.putInt(null, state + KEY, reference(key));
        UnsafeApi.putInt(null, state + FLAGS, side == RIGHT ? IS_RIGHT : 0);
        setNext(list, before, reference(row));
        setPrevious(list, row(next), reference(row));
        due.add(deadlineNs, (arrivals++ & ARRIVAL_MASK) << UNIT_BITS | row >>> UNIT_SHIFT);
    }

    private void setNext(final long list, final long row, final int next) {
        if (row == NONE) {
            UnsafeApi.putInt(null, list, next);
        } else {
            rows.change(row);
            UnsafeApi.putInt(null, rows.stateAddress(row) + NEXT, next);
        }
    }

    private void setPrevious(final long list, final long row, final int previous) {
        if (row == NONE) {
            UnsafeApi.putInt(null, list + LAST, previous);
        } else {
            rows.change(row);
            UnsafeApi.putInt(null, rows.stateAddress(row) + PREVIOUS, previous);
        }
    }

    private static int getInt(final long address) {
        return UnsafeApi.getInt(null, address);
    }

    /** The first row of a key, which {@link #find} has given, and side at or behind a time. */
    long first(final long key, final int side, final long fromNs) {
        if (key < 0) {
            return NONE;
        }
        // From the end: partners of what comes are new themselves, as a rule.
        long found = NONE;
        long row = row(getInt(keys.stateAddress(key) + side * LIST_LENGTH + LAST));
        while (row != NONE) {
            final long state = rows.stateAddress(row);
            if (UnsafeApi.getLong(null, state + TIME) < fromNs) {
                break;
            }
            found = row;
            row = row(getInt(state + PREVIOUS));
        }
        return found;
    }

    private long previous(final long row) {
        return row(getInt(rows.stateAddress(row) + PREVIOUS));
    }

    /** The row behind another one. */
    long next(final long row) {
        return row(getInt(rows.stateAddress(row) + NEXT));
    }

    long timeNs(final long row) {
        return UnsafeApi.getLong(null, rows.stateAddress(row) + TIME);
    }

    int side(final long row) {
        return flags(row) & IS_RIGHT;
    }

    boolean isMatched(final long row) {
        return (flags(row) & IS_MATCHED) != 0;
    }

    void match(final long row) {
        final int flags = flags(row);
        if ((flags & IS_MATCHED) == 0) {
            rows.change(row);
            UnsafeApi.putInt(null, rows.stateAddress(row) + FLAGS, flags | IS_MATCHED);
        }
    }

    private int flags(final long row) {
        return getInt(rows.stateAddress(row) + FLAGS);
    }

    MutableDirectBuffer buffer(final long row) {
        return rows.buffer(row);
    }

    int valueOffset(final long row) {
        return rows.valueOffset(row);
    }

    int valueLength(final long row) {
        return rows.valueLength(row);
    }

    /** Makes the key of a row the key of the context. */
    void key(final RecordContext context, final long row) {
        final long key = row(getInt(rows.stateAddress(row) + KEY));
        context.key(keys.buffer(key), keys.keyOffset(key), keys.keyLength(key));
    }

    boolean isEmpty() {
        return due.isEmpty();
    }

    /** The earliest deadline; {@link Long#MAX_VALUE} when there is none. */
    long firstDeadlineNs() {
        return due.isEmpty() ? Long.MAX_VALUE : due.firstTimeNs();
    }

    /** The row whose deadline is the earliest. */
    long firstDue() {
        return (due.firstNumber() & UNIT_MASK) << UNIT_SHIFT;
    }

    /** Forgets the row whose deadline is the earliest. */
    void removeFirstDue() {
        final long row = firstDue();
        due.removeFirst();
        final long state = rows.stateAddress(row);
        final long key = row(getInt(state + KEY));
        final int next = getInt(state + NEXT);
        final int previous = getInt(state + PREVIOUS);
        final long lists = keys.stateAddress(key);
        final long list = lists + (getInt(state + FLAGS) & IS_RIGHT) * LIST_LENGTH;
        keys.change(key);
        setNext(list, row(previous), next);
        setPrevious(list, row(next), previous);
        rows.remove(row);
        if (getInt(lists) == 0 && getInt(lists + LIST_LENGTH) == 0) {
            keys.remove(key);
        }
    }

    private static int reference(final long row) {
        return (int) (row >>> UNIT_SHIFT) + 1;
    }

    private static long row(final int reference) {
        return reference == 0 ? NONE : (long) (reference - 1) << UNIT_SHIFT;
    }

    long prefetch(final RecordContext context) {
        return keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    int size() {
        return rows.size();
    }

    long bytesInUse() {
        return keys.bytesInUse() + rows.bytesInUse() + due.bytesInUse();
    }

    void snapshot(final StateWriter out) {
        out.writeLong(arrivals);
        keys.snapshot(out);
        rows.snapshot(out);
        due.snapshot(out);
    }

    void restore(final StateReader in) {
        arrivals = in.readLong();
        keys.restore(in);
        rows.restore(in);
        due.restore(in);
    }
}
