package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateMemory;

/**
 * The values of both sides of an inner join. Nothing happens at the deadline of one of them but that its memory can be freed. So
 * no row is in the queue: those of a key that are over are removed when the next value of the key comes, and the key is in the
 * queue itself, to be looked at once an interval, so that all is freed although none comes any more.
 *
 * <pre>
 *   key:  for each side  a list, see {@link KeyedRows}
 *   row:  the last int32 is not used
 *   due:  time of the next look | low 32 bits of the arrival &lt;&lt; 31 | key / 8
 * </pre>
 */
final class PairRows extends SideRows {
    private final long beforeNs;
    private final long afterNs;

    /**
     * Creates empty ones.
     *
     * @param beforeNs how long a right value can find a partner, in ns.
     * @param afterNs  how long a left value can find one, in ns.
     */
    PairRows(final StateMemory memory, final String owner, final long beforeNs, final long afterNs) {
        super(memory, owner);
        this.beforeNs = beforeNs;
        this.afterNs = afterNs;
    }

    /** Removes the rows of a side of a key, which {@link #find} has given, that can find no partner any more. */
    void trim(final long key, final int side, final long closedNs) {
        if (key >= 0) {
            keys.change(key);
            trimList(list(key, side), side == LEFT ? afterNs : beforeNs, closedNs);
        }
    }

    /**
     * Puts a new row into the list of its key, which {@link #find} has given, and side; true if the key is new.
     * The row may find a partner at {@code closedNs} or later.
     */
    boolean keep(
            final RecordContext context,
            final long found,
            final long row,
            final int side,
            final long timeNs,
            final long closedNs) {
        final boolean isNew = found < 0;
        final long key = isNew ? keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength()) : found;
        assign(row, key, timeNs);
        if (isNew) {
            queueLook(key, closedNs);
        } else {
            keys.change(key);
        }
        insert(list(key, side), row);
        return isNew;
    }

    // There is a row whose deadline is not over, so that this is as far from the end of the range as deadlines are.
    private void queueLook(final long key, final long closedNs) {
        queue(closedNs + beforeNs + afterNs, key);
    }

    private void trimList(final long list, final long lifeNs, final long closedNs) {
        long first = first(list);
        while (first != NONE && timeNs(first) + lifeNs < closedNs) {
            removeFirst(list);
            first = first(list);
        }
    }

    /** Looks at the key that comes first in the queue. */
    void lookAtFirst(final long closedNs) {
        final long key = firstDue();
        due.removeFirst();
        trim(key, LEFT, closedNs);
        trim(key, RIGHT, closedNs);
        if (isEmpty(key)) {
            keys.remove(key);
        } else {
            queueLook(key, closedNs);
        }
    }
}
