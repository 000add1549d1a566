package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateMemory;

/**
 * The values of both sides of a join that may still find a partner: for each key and side a list. Each value has a deadline, and
 * they leave in the order of their deadlines, those of one deadline in the order in which they came.
 *
 * <pre>
 *   key:  for each side  a list, see {@link KeyedRows}
 *   row:  the last int32 is flags: 1 right side, 2 has met a partner, 4 marked, 8 out of its list
 *   due:  deadline | low 32 bits of the arrival &lt;&lt; 31 | row / 8
 * </pre>
 */
final class SideRows extends KeyedRows {
    static final int LEFT = 0;
    static final int RIGHT = 1;

    private static final int LIST_LENGTH = 8;
    private static final int KEY_STATE_LENGTH = 2 * LIST_LENGTH;
    private static final int IS_RIGHT = 1;
    private static final int IS_MATCHED = 2;
    private static final int IS_MARKED = 4;
    private static final int IS_OUT = 8;
    static final long ARRIVAL_MASK = (1L << Integer.SIZE) - 1;

    SideRows(final StateMemory memory, final String owner) {
        super(memory, owner, KEY_STATE_LENGTH);
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
        assign(row, key, timeNs);
        putInt(rows.stateAddress(row) + REST, side == RIGHT ? IS_RIGHT : 0);
        insert(list(key, side), row);
        queue(deadlineNs, row);
    }

    /** Puts a row into the queue, behind those of the same time. */
    private void queue(final long timeNs, final long entry) {
        due.add(timeNs, (nextArrival() & ARRIVAL_MASK) << UNIT_BITS | entry >>> UNIT_SHIFT);
    }

    private long list(final long key, final int side) {
        return keys.stateAddress(key) + side * LIST_LENGTH;
    }

    /** The first row of a key, which {@link #find} has given, and side at or behind a time. */
    long first(final long key, final int side, final long fromNs) {
        if (key < 0) {
            return NONE;
        }
        final long list = list(key, side);
        final long first = first(list);
        if (first == NONE || timeNs(first) >= fromNs) {
            return first;
        }
        // From the end: partners of what comes are new themselves, as a rule.
        long found = NONE;
        long row = last(list);
        while (row != NONE && timeNs(row) >= fromNs) {
            found = row;
            row = previous(row);
        }
        return found;
    }

    /** Whether a key, which {@link #find} has given, and side has a row between two times, both included. */
    boolean hasAny(final long key, final int side, final long fromNs, final long toNs) {
        if (key < 0) {
            return false;
        }
        long row = last(list(key, side));
        while (row != NONE && timeNs(row) > toNs) {
            row = previous(row);
        }
        return row != NONE && timeNs(row) >= fromNs;
    }

    int side(final long row) {
        return flags(row) & IS_RIGHT;
    }

    boolean isMatched(final long row) {
        return (flags(row) & IS_MATCHED) != 0;
    }

    void match(final long row) {
        if (!isMatched(row)) {
            setFlags(row, flags(row) | IS_MATCHED);
        }
    }

    boolean isMarked(final long row) {
        return (flags(row) & IS_MARKED) != 0;
    }

    /** Remembers that a row is meant, or is not, until its list has been walked through. */
    void mark(final long row, final boolean isMarked) {
        setFlags(row, isMarked ? flags(row) | IS_MARKED : flags(row) & ~IS_MARKED);
    }

    boolean isOut(final long row) {
        return (flags(row) & IS_OUT) != 0;
    }

    /** Takes a row out of its list, so that nobody finds it any more; it is forgotten at its deadline. Its key may go with it. */
    void takeOut(final long row) {
        setFlags(row, flags(row) & ~IS_MARKED | IS_OUT);
        leaveList(row);
    }

    private void setFlags(final long row, final int flags) {
        rows.change(row);
        putInt(rows.stateAddress(row) + REST, flags);
    }

    private int flags(final long row) {
        return getInt(rows.stateAddress(row) + REST);
    }

    /** Forgets the row whose deadline is the earliest. */
    void removeFirstDue() {
        final long row = firstDue();
        due.removeFirst();
        if (!isOut(row)) {
            leaveList(row);
        }
        rows.remove(row);
    }

    private void leaveList(final long row) {
        final long key = keyOf(row);
        keys.change(key);
        unlink(list(key, side(row)), row);
        if (isEmpty(key)) {
            keys.remove(key);
        }
    }

    private boolean isEmpty(final long key) {
        return getInt(list(key, LEFT)) == 0 && getInt(list(key, RIGHT)) == 0;
    }
}
