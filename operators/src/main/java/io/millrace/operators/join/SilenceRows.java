package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateMemory;

/**
 * The runs of values that a key may fall silent behind: values of which each is heard before the silence that began with the one
 * before it is over. Of a run only its bounds and its last value are kept. For each key there is a list of them, as a rule of
 * one; between two of them lies a silence that time has not closed over yet, and a value that comes out of order may make
 * one of two.
 *
 * <p>The row of a run stays the same one while the run grows: it is due too early then, and is put off when its turn comes. So
 * the queue grows with the keys and not with what is heard of them.
 *
 * <pre>
 *   key:  list, see {@link KeyedRows}
 *   row:  int64 reference to the last value, see {@link ValueRows}, 0 for a run that is part of another one | int64 event time of
 *         the first value; its own event time is that of the last one, and its last int32 the low 32 bits of its arrival
 *   due:  event time + span, or earlier | low 32 bits of the arrival, or an earlier one &lt;&lt; 31 | row / 8
 * </pre>
 */
final class SilenceRows extends KeyedRows {
    private static final int LIST_LENGTH = 8;
    private static final int VALUE_LENGTH = 16;
    private static final int FIRST = 8;
    private static final long ARRIVAL_MASK = (1L << Integer.SIZE) - 1;

    private final long spanNs;

    SilenceRows(final StateMemory memory, final String owner, final long spanNs) {
        super(memory, owner, LIST_LENGTH);
        this.spanNs = spanNs;
    }

    /** The last run of the context's key that has ended by a time. */
    long lastEnded(final RecordContext context, final long timeNs) {
        final long key = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (key < 0) {
            return NONE;
        }
        long row = last(keys.stateAddress(key));
        while (row != NONE && timeNs(row) > timeNs) {
            row = previous(row);
        }
        return row;
    }

    /** The run behind another one of the context's key; the first of the key behind none. */
    long following(final RecordContext context, final long row) {
        if (row != NONE) {
            return next(row);
        }
        final long key = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        return key < 0 ? NONE : row(getInt(keys.stateAddress(key)));
    }

    /** Begins a run with a value. */
    void begin(final RecordContext context, final long value, final long timeNs) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        keys.change(key);
        final long row = rows.add(VALUE_LENGTH);
        assign(row, key, timeNs);
        put(row, value);
        setFirst(row, timeNs);
        insert(keys.stateAddress(key), row);
        queue(row);
    }

    /** Lets a run end later, with another value. */
    void end(final long row, final long value, final long timeNs) {
        rows.change(row);
        assign(row, keyOf(row), timeNs);
        put(row, value);
    }

    /** Event time of the first value of a run. */
    long firstNs(final long row) {
        return rows.buffer(row).getLong(rows.valueOffset(row) + FIRST);
    }

    /** Lets a run begin earlier. */
    void begin(final long row, final long timeNs) {
        rows.change(row);
        setFirst(row, timeNs);
    }

    private void setFirst(final long row, final long timeNs) {
        rows.buffer(row).putLong(rows.valueOffset(row) + FIRST, timeNs);
    }

    private void put(final long row, final long value) {
        rows.buffer(row).putLong(rows.valueOffset(row), ValueRows.reference(value));
        putInt(rows.stateAddress(row) + REST, (int) nextArrival());
    }

    private void queue(final long row) {
        due.add(timeNs(row) + spanNs, (arrival(row) & ARRIVAL_MASK) << UNIT_BITS | row >>> UNIT_SHIFT);
    }

    private int arrival(final long row) {
        return getInt(rows.stateAddress(row) + REST);
    }

    /** Takes a run out of its list that has become part of the one behind it. */
    void takeOut(final long row) {
        rows.change(row);
        rows.buffer(row).putLong(rows.valueOffset(row), 0);
        leaveList(row);
    }

    private void leaveList(final long row) {
        final long key = keyOf(row);
        keys.change(key);
        unlink(keys.stateAddress(key), row);
        if (getInt(keys.stateAddress(key)) == 0) {
            keys.remove(key);
        }
    }

    /** The last value of a run, {@link ValueRows#NONE} if it is part of another one. */
    long value(final long row) {
        return ValueRows.row(rows.buffer(row).getLong(rows.valueOffset(row)));
    }

    /** Whether the run whose turn it is has grown since it was queued. */
    boolean isFirstDueTooEarly() {
        final long row = firstDue();
        return timeNs(row) + spanNs != due.firstTimeNs() || arrival(row) != (int) (due.firstNumber() >>> UNIT_BITS);
    }

    /** Gives the run whose turn it is the turn of its last value. */
    void putOffFirstDue() {
        final long row = firstDue();
        due.removeFirst();
        queue(row);
    }

    /** Forgets the run whose turn it is. */
    void removeFirstDue() {
        final long row = firstDue();
        due.removeFirst();
        if (value(row) != ValueRows.NONE) {
            leaveList(row);
        }
        rows.remove(row);
    }
}
