package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateMemory;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * What an as-of join keeps: for each key a list of the right values that a left one may still look back to, and the left values
 * that wait.
 *
 * <p>Of the right values that time has closed over, or is about to, a key needs the last one only: whoever may still ask has no
 * earlier time. So those before it are dropped when the next one of their key comes. Of what was dropped last the event time is
 * left, since it says which right values are late. Where a key has several, it is in the queue once, so that they are dropped
 * although none comes any more; and once more if the last one may be older than the tolerance some day.
 *
 * <pre>
 *   key:  list of right rows, see {@link KeyedRows} | int32 number of waiting left rows | int32 what it is in the queue for, a
 *         bit for each | int64 event time of the right value that was dropped last
 *   due:  time | low 30 bits of the arrival &lt;&lt; 33 | what &lt;&lt; 31 | row of an answer, or key / 8
 * </pre>
 */
final class AsOfRows extends KeyedRows {
    /** Time has closed over the second right value of a key, or a later one: those before it are dropped. */
    static final int SUCCESSION = 0;

    /** Time has closed over a left value. */
    static final int ANSWER = 1;

    /** The last right value of a key may be older than the tolerance. */
    static final int EXPIRY = 2;

    /** So many in the queue are no reason to hurry. */
    private static final int FEW = 128;

    private static final int FIRST = 0;
    private static final int WAITING = 8;
    private static final int QUEUED = 12;
    private static final int DROPPED = 16;
    private static final int KEY_STATE_LENGTH = 24;
    private static final int KIND_BITS = 2;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;
    private static final long ARRIVAL_MASK = (1L << Long.SIZE - 1 - UNIT_BITS - KIND_BITS) - 1;

    AsOfRows(final StateMemory memory, final String owner) {
        super(memory, owner, KEY_STATE_LENGTH);
    }

    /** Lets a left value wait until time has closed over it. */
    void await(final RecordContext context, final long row, final long timeNs) {
        final long key = findOrAdd(context);
        assign(row, key, timeNs);
        put(key, WAITING, get(key, WAITING) + 1);
        queue(timeNs, ANSWER, row);
    }

    private long findOrAdd(final RecordContext context) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (keys.wasAdded()) {
            UnsafeApi.putLong(null, keys.stateAddress(key) + DROPPED, Long.MIN_VALUE);
        }
        return key;
    }

    /**
     * Puts a right value among those of its key, in the place of those that nobody can look back to any more; who may still ask has
     * a time of {@code closedNs} or later. Lets the key be looked at when there are others, or when it may be too old.
     */
    void link(
            final RecordContext context,
            final DirectBuffer value,
            final int length,
            final long timeNs,
            final long closedNs,
            final long toleranceNs) {
        final long key = findOrAdd(context);
        final long list = keys.stateAddress(key);
        final long last = last(list);
        if (last != NONE && last == first(list) && timeNs(last) <= timeNs && timeNs <= closedNs) {
            replace(key, list, last, value, length, timeNs);
        } else {
            insert(list, newRow(key, value, length, timeNs));
            if (last != NONE) {
                drop(list, closedNs);
                queueSuccession(key, list);
            }
        }
        if (toleranceNs != Long.MAX_VALUE && (get(key, QUEUED) & 1 << EXPIRY) == 0) {
            put(key, QUEUED, get(key, QUEUED) | 1 << EXPIRY);
            queue(expiryNs(timeNs, toleranceNs), EXPIRY, key);
        }
    }

    private long newRow(final long key, final DirectBuffer value, final int length, final long timeNs) {
        final long row = add(length);
        rows.value(row, value);
        assign(row, key, timeNs);
        return row;
    }

    /** Puts a value in the place of the only one of its key, which is no later: into the same row if it is as long. */
    private void replace(
            final long key,
            final long list,
            final long replaced,
            final DirectBuffer value,
            final int length,
            final long timeNs) {
        final long replacedNs = timeNs(replaced);
        if (valueLength(replaced) == length) {
            rows.value(replaced, value);
            timeNs(replaced, timeNs);
        } else {
            final long row = newRow(key, value, length, timeNs);
            putInt(list, reference(row));
            putInt(list + LAST, reference(row));
            rows.remove(replaced);
        }
        noteDropped(list, replacedNs, timeNs);
    }

    // Of two that have one time the other one is still there, to be seen when time has closed over both.
    private static void noteDropped(final long list, final long timeNs, final long successorNs) {
        if (timeNs < successorNs) {
            UnsafeApi.putLong(null, list + DROPPED, timeNs);
        }
    }

    /** Drops right values that have a successor not behind a time. */
    private void drop(final long list, final long closedNs) {
        final long first = first(list);
        long second = first == NONE ? NONE : next(first);
        while (second != NONE && timeNs(second) <= closedNs) {
            noteDropped(list, removeFirst(list), timeNs(second));
            second = next(second);
        }
    }

    /** To be looked at again when time has closed over the second one. */
    private void queueSuccession(final long key, final long list) {
        final int queued = getInt(list + QUEUED);
        final long second = next(first(list));
        if (second != NONE && (queued & 1 << SUCCESSION) == 0) {
            putInt(list + QUEUED, queued | 1 << SUCCESSION);
            queue(timeNs(second), SUCCESSION, key);
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

    /**
     * The event time of the last right value of the context's key that came with a time not behind one, dropped or not; less than
     * all event times if there was none. The first one that is not dropped has no earlier time than those that are.
     */
    long lastKnownNs(final RecordContext context, final long timeNs) {
        final long key = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (key < 0) {
            return Long.MIN_VALUE;
        }
        final long row = lastOf(key, timeNs);
        return row == NONE ? UnsafeApi.getLong(null, keys.stateAddress(key) + DROPPED) : timeNs(row);
    }

    /** Whether so much is to be done that it is worth a call of time, measured by what is kept anyway. */
    boolean hasManyDue() {
        final int few = FEW + keys.size() / 4;
        return due.size() >= few || rows.size() - keys.size() >= few;
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

    /**
     * Drops the right values of a key that have a successor time has closed over.
     *
     * @param closedNs not behind the time of somebody who may still ask.
     */
    void succeed(final long closedNs) {
        final long key = firstDue();
        due.removeFirst();
        keys.change(key);
        final long list = keys.stateAddress(key);
        putInt(list + QUEUED, getInt(list + QUEUED) & ~(1 << SUCCESSION));
        drop(list, closedNs);
        if (first(list) == NONE) {
            removeIfEmpty(key);
        } else {
            queueSuccession(key, list);
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
        removeFirst(keys.stateAddress(key));
        if (next == NONE) {
            due.removeFirst();
            put(key, QUEUED, get(key, QUEUED) & ~(1 << EXPIRY));
            removeIfEmpty(key);
        } else {
            due.putOffFirst(expiryNs(timeNs(next), toleranceNs));
        }
    }

    // The first time at which it is too old.
    private static long expiryNs(final long timeNs, final long toleranceNs) {
        return timeNs + toleranceNs + 1;
    }

    private void removeIfEmpty(final long key) {
        if (get(key, FIRST) == 0 && get(key, WAITING) == 0 && get(key, QUEUED) == 0) {
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
