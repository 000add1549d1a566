package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.DueQueue;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.MutableDirectBuffer;

/**
 * What an as-of join keeps: for each key the right values that a left one may still look back to, in the order of their event
 * times, those of one time in the order in which they came; and the left values that wait.
 *
 * <p>Of the right values that time has closed over, a key needs the last one only. It is dropped when it is older than the
 * tolerance, or when time has closed over its successor.
 *
 * <pre>
 *   key:  int32 first right row | int32 last right row | int32 number of waiting left rows | int32 1 if the key is in the queue
 *         a row is its number / 8 + 1, 0 for none
 *   row:  value | int32 next | int32 previous | int64 event time | int32 key, as a row | int32 0
 *   due:  time | low 30 bits of the arrival &lt;&lt; 33 | what &lt;&lt; 31 | row or key / 8
 * </pre>
 */
final class AsOfRows {
    /** Time has closed over a right value: those before it are dropped. */
    static final int SUCCESSION = 0;

    /** Time has closed over a left value. */
    static final int ANSWER = 1;

    /** The last right value of a key may be older than the tolerance. */
    static final int EXPIRY = 2;

    static final long NONE = RowTable.NONE;

    private static final int KEY_STATE_LENGTH = 16;
    private static final int FIRST = 0;
    private static final int LAST = 4;
    private static final int WAITING = 8;
    private static final int IS_QUEUED = 12;

    private static final int ROW_STATE_LENGTH = 24;
    private static final int NEXT = 0;
    private static final int PREVIOUS = 4;
    private static final int TIME = 8;
    private static final int KEY = 16;

    private static final int UNIT_SHIFT = 3;
    private static final int UNIT_BITS = 31;
    private static final long UNIT_MASK = (1L << UNIT_BITS) - 1;
    private static final int KIND_BITS = 2;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;
    private static final long ARRIVAL_MASK = (1L << Long.SIZE - 1 - UNIT_BITS - KIND_BITS) - 1;

    private final KeyedTable keys;
    private final RowTable rows;
    private final DueQueue due;

    // Counts on for ever; of two with one time, the difference says which came first.
    private long arrivals;

    AsOfRows(final StateMemory memory, final String owner) {
        keys = new KeyedTable(memory, owner, KEY_STATE_LENGTH);
        rows = new RowTable(memory, owner, ROW_STATE_LENGTH);
        due = new DueQueue(memory, owner);
    }

    /** Makes room for a value that belongs to no key yet; the caller writes it. */
    long add(final int valueLength) {
        return rows.add(valueLength);
    }

    /** Takes back what {@link #add} made. */
    void giveUp(final long row) {
        rows.remove(row);
    }

    /** Lets a left value wait until time has closed over it. */
    void await(final RecordContext context, final long row, final long timeNs) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        write(row, timeNs, key);
        add(key, WAITING, 1);
        queue(timeNs, ANSWER, row);
    }

    /** Puts a right value among those of its key, and lets the key be looked at when it may be too old. */
    void link(final RecordContext context, final long row, final long timeNs, final long toleranceNs) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final MutableDirectBuffer buffer = rows.buffer(row);
        final int state = rows.stateOffset(row);
        write(row, timeNs, key);
        long before = row(get(key, LAST));
        while (before != NONE && timeNs(before) > timeNs) {
            before = previous(before);
        }
        final int next = before == NONE ? get(key, FIRST) : rows.buffer(before).getInt(rows.stateOffset(before) + NEXT);
        buffer.putInt(state + NEXT, next);
        buffer.putInt(state + PREVIOUS, before == NONE ? 0 : reference(before));
        setNext(key, before, reference(row));
        setPrevious(key, row(next), reference(row));
        queue(timeNs, SUCCESSION, row);
        if (toleranceNs != Long.MAX_VALUE && get(key, IS_QUEUED) == 0) {
            put(key, IS_QUEUED, 1);
            queue(expiryNs(timeNs, toleranceNs), EXPIRY, key);
        }
    }

    private void write(final long row, final long timeNs, final long key) {
        rows.buffer(row).putLong(rows.stateOffset(row) + TIME, timeNs);
        rows.buffer(row).putInt(rows.stateOffset(row) + KEY, reference(key));
    }

    private void queue(final long timeNs, final int what, final long entry) {
        final long arrival = (arrivals++ & ARRIVAL_MASK) << UNIT_BITS + KIND_BITS;
        due.add(timeNs, arrival | (long) what << UNIT_BITS | entry >>> UNIT_SHIFT);
    }

    /** The last right value of the context's key that is not behind a time. */
    long last(final RecordContext context, final long timeNs) {
        final long key = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        return key < 0 ? NONE : lastOf(key, timeNs);
    }

    /** The same for the key of a row. */
    long lastOfSameKey(final long row, final long timeNs) {
        return lastOf(key(row), timeNs);
    }

    private long lastOf(final long key, final long timeNs) {
        long row = row(get(key, LAST));
        while (row != NONE && timeNs(row) > timeNs) {
            row = previous(row);
        }
        return row;
    }

    private long previous(final long row) {
        return row(rows.buffer(row).getInt(rows.stateOffset(row) + PREVIOUS));
    }

    private long next(final long row) {
        return row(rows.buffer(row).getInt(rows.stateOffset(row) + NEXT));
    }

    long timeNs(final long row) {
        return rows.buffer(row).getLong(rows.stateOffset(row) + TIME);
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
        final long key = key(row);
        context.key(keys.buffer(key), keys.keyOffset(key), keys.keyLength(key));
    }

    private long key(final long row) {
        return row(rows.buffer(row).getInt(rows.stateOffset(row) + KEY));
    }

    /** The earliest time in the queue; {@link Long#MAX_VALUE} when there is none. */
    long firstDueNs() {
        return due.isEmpty() ? Long.MAX_VALUE : due.firstTimeNs();
    }

    /** What is to be done first: one of the constants. */
    int firstKind() {
        return (int) (due.firstNumber() >>> UNIT_BITS) & KIND_MASK;
    }

    /** The left value that is to be answered. */
    long firstRow() {
        return (due.firstNumber() & UNIT_MASK) << UNIT_SHIFT;
    }

    /** Forgets the left value that was answered. */
    void removeAnswered() {
        final long row = firstRow();
        final long key = key(row);
        due.removeFirst();
        rows.remove(row);
        keys.change(key);
        add(key, WAITING, -1);
        removeIfEmpty(key);
    }

    /** Drops the right values before the one that time has closed over. */
    void succeed() {
        final long row = firstRow();
        due.removeFirst();
        final long key = key(row);
        final long before = previous(row);
        if (before != NONE) {
            // It has been closed over as well, and took the place of those before it then.
            keys.change(key);
            unlink(key, before);
            rows.remove(before);
        }
    }

    /** Drops the right value of a key that is too old, or has the key looked at again later. */
    void expire(final long toleranceNs) {
        final long key = (due.firstNumber() & UNIT_MASK) << UNIT_SHIFT;
        final long first = row(get(key, FIRST));
        final long dueNs = expiryNs(timeNs(first), toleranceNs);
        // By its turn in the queue, however far time has gone on: those before it in the queue may still look back to
        // it.
        if (dueNs > due.firstTimeNs()) {
            due.putOffFirst(dueNs);
            return;
        }
        keys.change(key);
        final long next = next(first);
        unlink(key, first);
        rows.remove(first);
        if (next == NONE) {
            due.removeFirst();
            put(key, IS_QUEUED, 0);
            removeIfEmpty(key);
        } else {
            due.putOffFirst(expiryNs(timeNs(next), toleranceNs));
        }
    }

    // Behind its succession also where nothing is tolerated: what is in the queue has to be there when its turn comes.
    private static long expiryNs(final long timeNs, final long toleranceNs) {
        return timeNs + toleranceNs + 1;
    }

    private void unlink(final long key, final long row) {
        final int next = rows.buffer(row).getInt(rows.stateOffset(row) + NEXT);
        final int previous = rows.buffer(row).getInt(rows.stateOffset(row) + PREVIOUS);
        setNext(key, row(previous), next);
        setPrevious(key, row(next), previous);
    }

    private void removeIfEmpty(final long key) {
        if (get(key, FIRST) == 0 && get(key, WAITING) == 0) {
            keys.remove(key);
        }
    }

    private void setNext(final long key, final long row, final int next) {
        if (row == NONE) {
            put(key, FIRST, next);
        } else {
            rows.change(row);
            rows.buffer(row).putInt(rows.stateOffset(row) + NEXT, next);
        }
    }

    private void setPrevious(final long key, final long row, final int previous) {
        if (row == NONE) {
            put(key, LAST, previous);
        } else {
            rows.change(row);
            rows.buffer(row).putInt(rows.stateOffset(row) + PREVIOUS, previous);
        }
    }

    private int get(final long key, final int field) {
        return keys.buffer(key).getInt(keys.stateOffset(key) + field);
    }

    private void put(final long key, final int field, final int value) {
        keys.buffer(key).putInt(keys.stateOffset(key) + field, value);
    }

    private void add(final long key, final int field, final int value) {
        put(key, field, get(key, field) + value);
    }

    private static int reference(final long entry) {
        return (int) (entry >>> UNIT_SHIFT) + 1;
    }

    private static long row(final int reference) {
        return reference == 0 ? NONE : (long) (reference - 1) << UNIT_SHIFT;
    }

    long prefetch(final RecordContext context) {
        return keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
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
