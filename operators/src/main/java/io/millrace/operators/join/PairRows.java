package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.DueQueue;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.RowLog;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The values of both sides of an inner join within an interval. Nothing happens at the deadline of one of them but that its memory can
 * be freed, so no value has a place in a queue, and none is touched when it is over: values lie in the order in which they came and
 * go by the page, see {@link RowLog}. For each key and side there is a list from the value with the latest event time to those
 * before it, of one time from the one that came last. What a list leads to that is gone was over, as all behind it.
 *
 * <p>A key is in the queue, to be looked at once an interval, and goes when the last value of either side is over.
 *
 * <pre>
 *   key:  for each side  int64 row with the latest time, 0 if there was none | int64 its event time, the least if there was none
 *   row:  int64 row before it, 0 for none | int64 event time of that one, the least if there is none | value
 *   due:  time of the next look | low 32 bits of the arrival &lt;&lt; 31 | key / 8
 * </pre>
 */
final class PairRows {
    static final int LEFT = SideRows.LEFT;
    static final int RIGHT = SideRows.RIGHT;
    static final long NONE = RowLog.NONE;

    private static final int LATEST = 0;
    private static final int LATEST_TIME = 8;
    private static final int SIDE_LENGTH = 16;
    private static final int PREVIOUS = 0;
    private static final int PREVIOUS_TIME = 8;
    private static final int ROW_STATE_LENGTH = 16;
    private static final int INITIAL_FOUND = 16;
    private static final int CHECKS_MASK = 31;

    /** Begins a snapshot: one of another layout must not be taken for it. */
    private static final int FORMAT = 0x50524F32;

    private final long beforeNs;
    private final long afterNs;
    private final KeyedTable keys;
    private final RowLog rows;
    private final DueQueue due;

    // Counts on for ever; of two looks that are due at one time, the difference says which was asked for first.
    private long arrivals;
    private long kept;

    // Where the states of rows lie that were found, and their event times: nothing is freed before they were handed on.
    private long[] found = new long[INITIAL_FOUND];
    private long[] foundTimes = new long[INITIAL_FOUND];

    // What was read ahead; nobody needs to know it.
    private long touched;
    private final UnsafeBuffer value = new UnsafeBuffer(0, 0);

    /**
     * Creates empty ones.
     *
     * @param memory   of the task.
     * @param owner    operator whose state it is; errors name it.
     * @param beforeNs how long a right value can find a partner, in ns.
     * @param afterNs  how long a left value can find one, in ns.
     */
    PairRows(final StateMemory memory, final String owner, final long beforeNs, final long afterNs) {
        this.beforeNs = beforeNs;
        this.afterNs = afterNs;
        keys = new KeyedTable(memory, owner, 2 * SIDE_LENGTH);
        rows = new RowLog(memory, owner, ROW_STATE_LENGTH);
        due = new DueQueue(memory, owner);
    }

    /** Makes room for a value that belongs to no key yet; the caller writes it, and keeps it or gives it up. */
    long add(final int valueLength) {
        return rows.add(valueLength);
    }

    /** Takes back what {@link #add} made. */
    void giveUp(final long row) {
        rows.giveUp(row);
    }

    MutableDirectBuffer buffer(final long row) {
        return rows.buffer(row);
    }

    int valueOffset(final long row) {
        return rows.valueOffset(row);
    }

    /** The key of the context; less than 0 if nothing is kept for it. */
    long find(final RecordContext context) {
        return keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    /**
     * Puts a new row into the list of its key, which {@link #find} has given, and side; true if the key is new.
     * The row may find a partner at {@code closedNs} or later.
     */
    boolean keep(
            final RecordContext context,
            final long knownKey,
            final long row,
            final int side,
            final long timeNs,
            final long closedNs) {
        final boolean isNew = knownKey < 0;
        final long key =
                isNew ? keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength()) : knownKey;
        if (isNew) {
            UnsafeApi.putLong(null, list(key, LEFT) + LATEST_TIME, Long.MIN_VALUE);
            UnsafeApi.putLong(null, list(key, RIGHT) + LATEST_TIME, Long.MIN_VALUE);
            queueLook(key, closedNs);
        } else {
            keys.change(key);
        }
        rows.neededUntil(row, timeNs + lifeNs(side));
        insert(list(key, side), row, timeNs);
        return isNew;
    }

    private long list(final long key, final int side) {
        return keys.stateAddress(key) + side * SIDE_LENGTH;
    }

    private long lifeNs(final int side) {
        return side == LEFT ? afterNs : beforeNs;
    }

    private void insert(final long list, final long row, final long timeNs) {
        final long latest = UnsafeApi.getLong(null, list + LATEST);
        final long latestNs = UnsafeApi.getLong(null, list + LATEST_TIME);
        if (latestNs <= timeNs) {
            link(rows.stateAddress(row), latest, latestNs);
            UnsafeApi.putLong(null, list + LATEST, row);
            UnsafeApi.putLong(null, list + LATEST_TIME, timeNs);
        } else {
            insertBefore(latest, row, timeNs);
        }
    }

    /** A value that comes late, although not too late for a partner: the later ones of its key come before it in the list. */
    private void insertBefore(final long latest, final long row, final long timeNs) {
        if (rows.isGone(latest)) {
            // All that the list holds is over, and this one is older still: nobody asks for it any more.
            return;
        }
        long later = latest;
        long state = rows.stateAddress(later);
        long previous = UnsafeApi.getLong(null, state + PREVIOUS);
        while (UnsafeApi.getLong(null, state + PREVIOUS_TIME) > timeNs && !rows.isGone(previous)) {
            later = previous;
            state = rows.stateAddress(later);
            previous = UnsafeApi.getLong(null, state + PREVIOUS);
        }
        rows.change(later);
        link(rows.stateAddress(row), previous, UnsafeApi.getLong(null, state + PREVIOUS_TIME));
        link(state, row, timeNs);
    }

    private static void link(final long state, final long previous, final long previousNs) {
        UnsafeApi.putLong(null, state + PREVIOUS, previous);
        UnsafeApi.putLong(null, state + PREVIOUS_TIME, previousNs);
    }

    /**
     * Reads ahead what {@link #look} will read first, so that it is at hand when something else is done between the two: rows
     * are seldom in the cache that is nearest.
     */
    void touch(final long key, final int side, final long fromNs) {
        if (key >= 0) {
            final long list = list(key, side);
            if (UnsafeApi.getLong(null, list + LATEST_TIME) >= fromNs) {
                final long state = rows.stateAddressIfThere(UnsafeApi.getLong(null, list + LATEST));
                touched = state == NONE ? 0 : UnsafeApi.getLong(null, state + PREVIOUS_TIME);
            }
        }
    }

    /**
     * Looks for the rows of a key, which {@link #find} has given, and side between two times, both included, that may find a
     * partner. {@link #foundTimeNs} and {@link #foundValue} give them, from the one with the latest time on.
     *
     * @return how many there are.
     */
    int look(final long key, final int side, final long fromNs, final long toNs) {
        if (key < 0) {
            return 0;
        }
        final long list = list(key, side);
        int count = 0;
        long row = UnsafeApi.getLong(null, list + LATEST);
        // No row is read whose time is known to be too early.
        for (long timeNs = UnsafeApi.getLong(null, list + LATEST_TIME); timeNs >= fromNs; ) {
            final long state = rows.stateAddressIfThere(row);
            if (state == NONE) {
                break;
            }
            if (timeNs <= toNs) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, count * 2);
                    foundTimes = Arrays.copyOf(foundTimes, count * 2);
                }
                found[count] = state;
                foundTimes[count] = timeNs;
                count++;
            }
            row = UnsafeApi.getLong(null, state + PREVIOUS);
            timeNs = UnsafeApi.getLong(null, state + PREVIOUS_TIME);
        }
        return count;
    }

    /** The event time of what {@link #look} has found. */
    long foundTimeNs(final int index) {
        return foundTimes[index];
    }

    /** The value of what {@link #look} has found, until the next one is asked for. */
    DirectBuffer foundValue(final int index) {
        rows.wrapValue(found[index], value);
        return value;
    }

    // There is a row whose deadline is not over, so that this is as far from the end of the range as deadlines are.
    private void queueLook(final long key, final long closedNs) {
        due.add(
                closedNs + beforeNs + afterNs,
                (arrivals++ & SideRows.ARRIVAL_MASK) << KeyedRows.UNIT_BITS | key >>> KeyedRows.UNIT_SHIFT);
    }

    /** When the next key has to be looked at; {@link Long#MAX_VALUE} when there is none. */
    long firstDueNs() {
        return due.isEmpty() ? Long.MAX_VALUE : due.firstTimeNs();
    }

    /** Looks at the key that comes first in the queue. */
    void lookAtFirst(final long closedNs) {
        final long key = (due.firstNumber() & KeyedRows.UNIT_MASK) << KeyedRows.UNIT_SHIFT;
        due.removeFirst();
        if (isOver(key, LEFT, closedNs) && isOver(key, RIGHT, closedNs)) {
            keys.remove(key);
        } else {
            queueLook(key, closedNs);
        }
    }

    private boolean isOver(final long key, final int side, final long closedNs) {
        final long list = list(key, side);
        return UnsafeApi.getLong(null, list + LATEST) == NONE
                || UnsafeApi.getLong(null, list + LATEST_TIME) + lifeNs(side) < closedNs;
    }

    /** Frees the values that can find no partner any more. */
    void release(final long closedNs) {
        rows.release(closedNs);
    }

    /** Whether it is time to free values, and to see what is in use: not after each of them. */
    boolean isTimeToCheck() {
        return (++kept & CHECKS_MASK) == 0;
    }

    long prefetch(final RecordContext context) {
        return keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    long bytesInUse() {
        return keys.bytesInUse() + rows.bytesInUse() + due.bytesInUse();
    }

    void snapshot(final StateWriter out) {
        out.writeInt(FORMAT);
        out.writeLong(arrivals);
        out.writeLong(kept);
        keys.snapshot(out);
        rows.snapshot(out);
        due.snapshot(out);
    }

    void restore(final StateReader in) {
        in.check(in.readInt() == FORMAT, "not pairs of values as this version keeps them");
        arrivals = in.readLong();
        kept = in.readLong();
        keys.restore(in);
        rows.restore(in);
        due.restore(in);
    }
}
