package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateMemory;

/**
 * What an as-of join keeps: for each key a list of the right values that a left one may still look back to, and the left values
 * that wait.
 *
 * <p>Of the right values that time has closed over, a key needs the last one only. It is dropped when it is older than the
 * tolerance, or when time has closed over its successor; at once if values wait, otherwise many together, see
 * {@link #hasManyDue}.
 *
 * <pre>
 *   key:  list of right rows, see {@link KeyedRows} | int32 number of waiting left rows | int32 1 if the key is in the queue
 *   due:  time | low 30 bits of the arrival &lt;&lt; 33 | what &lt;&lt; 31 | row or key / 8
 * </pre>
 */
final class AsOfRows extends KeyedRows {
    /** Time has closed over a right value: those before it are dropped. */
    static final int SUCCESSION = 0;

    /** Time has closed over a left value. */
    static final int ANSWER = 1;

    /** The last right value of a key may be older than the tolerance. */
    static final int EXPIRY = 2;

    /** So many in the queue are no reason to hurry. */
    private static final int FEW = 256;

    private static final int FIRST = 0;
    private static final int WAITING = 8;
    private static final int IS_QUEUED = 12;
    private static final int KIND_BITS = 2;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;
    private static final long ARRIVAL_MASK = (1L << Long.SIZE - 1 - UNIT_BITS - KIND_BITS) - 1;

    AsOfRows(final StateMemory memory, final String owner) {
        super(memory, owner);
    }

    /** Lets a left value wait until time has closed over it. */
    void await(final RecordContext context, final long row, final long timeNs) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        assign(row, key, timeNs);
        put(key, WAITING, get(key, WAITING) + 1);
        queue(timeNs, ANSWER, row);
    }

    /** Puts a right value among those of its key, and lets the key be looked at when it may be too old. */
    void link(final RecordContext context, final long row, final long timeNs, final long toleranceNs) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        assign(row, key, timeNs);
        insert(keys.stateAddress(key), row);
        queue(timeNs, SUCCESSION, row);
        if (toleranceNs != Long.MAX_VALUE && get(key, IS_QUEUED) == 0) {
            put(key, IS_QUEUED, 1);
            queue(expiryNs(timeNs, toleranceNs), EXPIRY, key);
        }
    }

    private void queue(final long timeNs, final int what, final long entry) {
        final long arrival = (nextArrival() & ARRIVAL_MASK) << UNIT_BITS + KIND_BITS;
        due.add(timeNs, arrival | (long) what << UNIT_BITS | entry >>> UNIT_SHIFT);
    }

    /** The last right value of the context's key that is not behind a time. */
    long last(final RecordContext context, final long timeNs) {
        final long key = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        return key < 0 ? NONE : lastOf(key, timeNs);
    }

    /** The same for the key of a row. */
    long lastOfSameKey(final long row, final long timeNs) {
        return lastOf(keyOf(row), timeNs);
    }

    private long lastOf(final long key, final long timeNs) {
        long row = last(keys.stateAddress(key));
        while (row != NONE && timeNs(row) > timeNs) {
            row = previous(row);
        }
        return row;
    }

    /** Whether so much is to be done that it is worth a call of time, measured by what is kept anyway. */
    boolean hasManyDue() {
        return due.size() >= FEW + keys.size() / 2;
    }

    /** What is to be done first: one of the constants. */
    int firstKind() {
        return (int) (due.firstNumber() >>> UNIT_BITS) & KIND_MASK;
    }

    /** Forgets the left value that was answered. */
    void removeAnswered() {
        final long row = firstDue();
        final long key = keyOf(row);
        due.removeFirst();
        rows.remove(row);
        keys.change(key);
        put(key, WAITING, get(key, WAITING) - 1);
        removeIfEmpty(key);
    }

    /** Drops the right values before the one that time has closed over. */
    void succeed() {
        final long row = firstDue();
        due.removeFirst();
        final long key = keyOf(row);
        final long before = previous(row);
        if (before != NONE) {
            // It has been closed over as well, and took the place of those before it then.
            keys.change(key);
            unlink(keys.stateAddress(key), before);
            rows.remove(before);
        }
    }

    /** Drops the right value of a key that is too old, or has the key looked at again later. */
    void expire(final long toleranceNs) {
        final long key = firstDue();
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
        unlink(keys.stateAddress(key), first);
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

    private void removeIfEmpty(final long key) {
        if (get(key, FIRST) == 0 && get(key, WAITING) == 0) {
            keys.remove(key);
        }
    }

    private int get(final long key, final int field) {
        return getInt(keys.stateAddress(key) + field);
    }

    private void put(final long key, final int field, final int value) {
        putInt(keys.stateAddress(key) + field, value);
    }
}
