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
 * Values that a join of streams keeps: rows under keys, in lists in the order of event times, those of one time in the order in
 * which they came; and a queue of what has to be done with them and when.
 *
 * <pre>
 *   list: int32 first row | int32 last row             somewhere in the bytes of a key
 *   row:  int32 next | int32 previous | int64 event time | int32 key | int32 for whoever keeps it | value
 * </pre>
 *
 * <p>A row, and a key, is referred to by its number / 8 + 1, 0 for none.
 */
abstract class KeyedRows {
    static final long NONE = RowTable.NONE;

    /** Of a list. */
    static final int LAST = 4;

    /** What is 8-byte aligned within 16 GiB, as the numbers of rows and keys are, fits 31 bits. */
    static final int UNIT_SHIFT = 3;

    static final int UNIT_BITS = 31;
    static final long UNIT_MASK = (1L << UNIT_BITS) - 1;

    /** Of the state of a row. */
    static final int REST = 20;

    private static final int ROW_STATE_LENGTH = 24;
    private static final int GROWTH_MASK = 31;
    private static final int NEXT = 0;
    private static final int PREVIOUS = 4;
    private static final int TIME = 8;
    private static final int KEY = 16;

    final KeyedTable keys;
    final RowTable rows;
    final DueQueue due;

    // Counts on for ever; of two that are due at one time, the difference says which came first.
    private long arrivals;

    KeyedRows(final StateMemory memory, final String owner, final int keyStateLength) {
        keys = new KeyedTable(memory, owner, keyStateLength);
        rows = new RowTable(memory, owner, ROW_STATE_LENGTH);
        due = new DueQueue(memory, owner);
    }

    /** Makes room for a value that belongs to no key yet; the caller writes it. */
    final long add(final int valueLength) {
        return rows.add(valueLength);
    }

    /** Takes back what {@link #add} made. */
    final void giveUp(final long row) {
        rows.remove(row);
    }

    /** Says whose a new row is, and when. */
    final void assign(final long row, final long key, final long timeNs) {
        final long state = rows.stateAddress(row);
        UnsafeApi.putLong(null, state + TIME, timeNs);
        UnsafeApi.putInt(null, state + KEY, reference(key));
    }

    /** Puts a row that was assigned into a list of its key, whose state the caller has marked as changed. */
    final void insert(final long list, final long row) {
        final long timeNs = timeNs(row);
        long before = last(list);
        while (before != NONE && timeNs(before) > timeNs) {
            before = previous(before);
        }
        final int next = before == NONE ? getInt(list) : getInt(rows.stateAddress(before) + NEXT);
        final long state = rows.stateAddress(row);
        putInt(state + NEXT, next);
        putInt(state + PREVIOUS, before == NONE ? 0 : reference(before));
        setNext(list, before, reference(row));
        setPrevious(list, row(next), reference(row));
    }

    /** Takes a row out of its list, whose state the caller has marked as changed. */
    final void unlink(final long list, final long row) {
        final long state = rows.stateAddress(row);
        final int next = getInt(state + NEXT);
        final int previous = getInt(state + PREVIOUS);
        setNext(list, row(previous), next);
        setPrevious(list, row(next), previous);
    }

    /** Takes the first row out of a list, which is not empty and whose state the caller has marked as changed; it gives its time. */
    final long removeFirst(final long list) {
        final long row = row(getInt(list));
        final long state = rows.stateAddress(row);
        final int next = getInt(state + NEXT);
        final long timeNs = UnsafeApi.getLong(null, state + TIME);
        putInt(list, next);
        setPrevious(list, row(next), 0);
        rows.remove(row);
        return timeNs;
    }

    private void setNext(final long list, final long row, final int next) {
        if (row == NONE) {
            putInt(list, next);
        } else {
            rows.change(row);
            putInt(rows.stateAddress(row) + NEXT, next);
        }
    }

    private void setPrevious(final long list, final long row, final int previous) {
        if (row == NONE) {
            putInt(list + LAST, previous);
        } else {
            rows.change(row);
            putInt(rows.stateAddress(row) + PREVIOUS, previous);
        }
    }

    static int getInt(final long address) {
        return UnsafeApi.getInt(null, address);
    }

    static void putInt(final long address, final int value) {
        UnsafeApi.putInt(null, address, value);
    }

    final long first(final long list) {
        return row(getInt(list));
    }

    final long last(final long list) {
        return row(getInt(list + LAST));
    }

    final long previous(final long row) {
        return row(getInt(rows.stateAddress(row) + PREVIOUS));
    }

    /** The row behind another one. */
    final long next(final long row) {
        return row(getInt(rows.stateAddress(row) + NEXT));
    }

    final long timeNs(final long row) {
        return UnsafeApi.getLong(null, rows.stateAddress(row) + TIME);
    }

    /** Gives a row another time, with which its place in its list stays the same; the caller has marked it as changed. */
    final void timeNs(final long row, final long timeNs) {
        UnsafeApi.putLong(null, rows.stateAddress(row) + TIME, timeNs);
    }

    final long keyOf(final long row) {
        return row(getInt(rows.stateAddress(row) + KEY));
    }

    /** Makes the key of a row the key of the context. */
    final void key(final RecordContext context, final long row) {
        final long key = keyOf(row);
        context.key(keys.buffer(key), keys.keyOffset(key), keys.keyLength(key));
    }

    final MutableDirectBuffer buffer(final long row) {
        return rows.buffer(row);
    }

    final int valueOffset(final long row) {
        return rows.valueOffset(row);
    }

    final int valueLength(final long row) {
        return rows.valueLength(row);
    }

    /** The number of what comes now; what is queued at one time comes in the order of these. */
    final long nextArrival() {
        return arrivals++;
    }

    /** The earliest time in the queue; {@link Long#MAX_VALUE} when there is none. */
    final long firstDueNs() {
        return due.isEmpty() ? Long.MAX_VALUE : due.firstTimeNs();
    }

    /** The row, or key, that comes first in the queue. */
    final long firstDue() {
        return (due.firstNumber() & UNIT_MASK) << UNIT_SHIFT;
    }

    static int reference(final long row) {
        return (int) (row >>> UNIT_SHIFT) + 1;
    }

    static long row(final int reference) {
        return reference == 0 ? NONE : (long) (reference - 1) << UNIT_SHIFT;
    }

    final long prefetch(final RecordContext context) {
        return keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    /** Whether it is time to see what is in use: not after each row, but while they grow again and again. */
    final boolean mayHaveGrown() {
        return (rows.size() & GROWTH_MASK) == 0;
    }

    final long bytesInUse() {
        return keys.bytesInUse() + rows.bytesInUse() + due.bytesInUse();
    }

    final void snapshot(final StateWriter out) {
        out.writeLong(arrivals);
        keys.snapshot(out);
        rows.snapshot(out);
        due.snapshot(out);
    }

    final void restore(final StateReader in) {
        arrivals = in.readLong();
        keys.restore(in);
        rows.restore(in);
        due.restore(in);
    }

    /**
     * Up to where time is closed: no value is expected that has an earlier event time and is not late.
     *
     * @param watermarkNs of the task.
     * @param graceNs     0 or more.
     */
    static long closedNs(final long watermarkNs, final long graceNs) {
        return watermarkNs < Long.MIN_VALUE + graceNs || watermarkNs == Long.MAX_VALUE
                ? watermarkNs
                : watermarkNs - graceNs;
    }
}
