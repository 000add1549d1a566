package io.millrace.operators.join;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.UnsafeApi;

/**
 * What the last step of a foreign-key join knows of each left row: its value, the version of its link, what the right table has
 * for a version, which may be a later one, and the result that stands while an answer is awaited.
 *
 * <pre>
 *   key:      int64 left value | int64 its event time | int64 right value | int64 its event time
 *             | int64 version of the row's last link | int64 version of the right value
 *             | int64 standing result | int32 links that have not ended | int32 1 if the row has a foreign key
 *   standing: int64 left value | int64 its event time | int64 right value | int64 its event time
 * </pre>
 *
 * <p>Values, and the standing result, are rows + 1, 0 for none. Who takes a value out of here frees it.
 */
final class ForeignRows {
    private static final int LEFT = 0;
    private static final int LEFT_TIME = 8;
    private static final int RIGHT = 16;
    private static final int RIGHT_TIME = 24;
    private static final int VERSION = 32;
    private static final int RIGHT_VERSION = 40;
    private static final int STANDING = 48;
    private static final int OPEN = 56;
    private static final int IS_LINKED = 60;
    private static final int STATE_LENGTH = 64;
    private static final int STANDING_LENGTH = 32;

    private static final long NONE = ValueRows.NONE;

    private final KeyedTable keys;
    private final RowTable standing;

    /** Both sides of a result; no row where there is no value. */
    static final class Pair {
        boolean isRow;
        long left;
        long leftNs;
        long right;
        long rightNs;
    }

    ForeignRows(final StateMemory memory, final String owner) {
        keys = new KeyedTable(memory, owner, STATE_LENGTH);
        standing = new RowTable(memory, owner, STANDING_LENGTH);
    }

    /** The left row of the context's key, to be changed. */
    long findOrAdd(final RecordContext context) {
        final long entry = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (keys.wasAdded()) {
            set(entry, LEFT_TIME, Long.MIN_VALUE);
            set(entry, RIGHT_TIME, Long.MIN_VALUE);
        }
        return entry;
    }

    void remove(final long entry) {
        keys.remove(entry);
    }

    private long get(final long entry, final int field) {
        return UnsafeApi.getLong(null, keys.stateAddress(entry) + field);
    }

    private void set(final long entry, final int field, final long value) {
        UnsafeApi.putLong(null, keys.stateAddress(entry) + field, value);
    }

    private int getInt(final long entry, final int field) {
        return UnsafeApi.getInt(null, keys.stateAddress(entry) + field);
    }

    private void setInt(final long entry, final int field, final int value) {
        UnsafeApi.putInt(null, keys.stateAddress(entry) + field, value);
    }

    /** The result that was handed on last. */
    void shown(final long entry, final boolean keepsLeft, final Pair pair) {
        final long row = get(entry, STANDING) - 1;
        if (row != NONE) {
            read(standing.stateAddress(row), pair);
            pair.isRow = true;
        } else if (isSettled(entry)) {
            current(entry, keepsLeft, pair);
        } else {
            pair.isRow = false;
            pair.left = NONE;
            pair.right = NONE;
        }
    }

    private static void read(final long address, final Pair pair) {
        pair.left = ValueRows.row(UnsafeApi.getLong(null, address + LEFT));
        pair.leftNs = UnsafeApi.getLong(null, address + LEFT_TIME);
        pair.right = ValueRows.row(UnsafeApi.getLong(null, address + RIGHT));
        pair.rightNs = UnsafeApi.getLong(null, address + RIGHT_TIME);
    }

    /** The result of a row that is settled or gone. */
    void current(final long entry, final boolean keepsLeft, final Pair pair) {
        read(keys.stateAddress(entry), pair);
        if (!isLinked(entry)) {
            pair.right = NONE;
        }
        pair.isRow = pair.left != NONE && (pair.right != NONE || keepsLeft);
    }

    /** Whether the result is known: the row has no foreign key, or what is there of the right table is of its last link. */
    boolean isSettled(final long entry) {
        return get(entry, LEFT) != 0 && (!isLinked(entry) || get(entry, RIGHT_VERSION) == get(entry, VERSION));
    }

    private boolean isLinked(final long entry) {
        return getInt(entry, IS_LINKED) != 0;
    }

    /** Whether an answer is neither stale nor of a link that the row has already given up. */
    boolean isWanted(final long entry, final long version) {
        final long current = get(entry, VERSION);
        return version >= get(entry, RIGHT_VERSION) && (version > current || version == current && isLinked(entry));
    }

    /** Whether what is there of the right table is of a link that the row will have. */
    boolean isAhead(final long entry) {
        return get(entry, RIGHT_VERSION) > get(entry, VERSION);
    }

    /** Whether what is there of the right table is of a link that the row does not have any more. */
    boolean isRightOver(final long entry) {
        return get(entry, RIGHT) != 0
                && (isLinked(entry)
                        ? get(entry, RIGHT_VERSION) < get(entry, VERSION)
                        : get(entry, RIGHT_VERSION) <= get(entry, VERSION));
    }

    void link(final long entry, final long version) {
        set(entry, VERSION, version);
        setInt(entry, IS_LINKED, 1);
        setInt(entry, OPEN, getInt(entry, OPEN) + 1);
    }

    void relink(final long entry) {
        setInt(entry, IS_LINKED, 1);
    }

    void unlink(final long entry) {
        setInt(entry, IS_LINKED, 0);
    }

    /** Counts the end of a link, which may come ahead of its beginning. */
    void end(final long entry) {
        setInt(entry, OPEN, getInt(entry, OPEN) - 1);
    }

    /** Puts a left value, or none, into the place of another one, which it gives back. */
    long replaceLeft(final long entry, final long row, final long timeNs) {
        final long before = takeLeft(entry);
        set(entry, LEFT, ValueRows.reference(row));
        set(entry, LEFT_TIME, timeNs);
        return before;
    }

    long takeLeft(final long entry) {
        final long before = ValueRows.row(get(entry, LEFT));
        set(entry, LEFT, 0);
        return before;
    }

    /** Puts what the right table has for a version into the place of another one, which it gives back. */
    long replaceRight(final long entry, final long row, final long timeNs, final long version) {
        final long before = takeRight(entry);
        set(entry, RIGHT, ValueRows.reference(row));
        set(entry, RIGHT_TIME, timeNs);
        set(entry, RIGHT_VERSION, version);
        return before;
    }

    long takeRight(final long entry) {
        final long before = ValueRows.row(get(entry, RIGHT));
        set(entry, RIGHT, 0);
        return before;
    }

    boolean isWaiting(final long entry) {
        return get(entry, STANDING) != 0;
    }

    /** Keeps a result that stands until it is replaced; its values are no longer those of the row. */
    void wait(final long entry, final Pair pair) {
        final long row = standing.add(0);
        final long address = standing.stateAddress(row);
        UnsafeApi.putLong(null, address + LEFT, ValueRows.reference(pair.left));
        UnsafeApi.putLong(null, address + LEFT_TIME, pair.leftNs);
        UnsafeApi.putLong(null, address + RIGHT, ValueRows.reference(pair.right));
        UnsafeApi.putLong(null, address + RIGHT_TIME, pair.rightNs);
        set(entry, STANDING, row + 1);
    }

    void endWait(final long entry) {
        standing.remove(get(entry, STANDING) - 1);
        set(entry, STANDING, 0);
    }

    void times(final long entry, final Pair pair) {
        set(entry, LEFT_TIME, pair.leftNs);
        set(entry, RIGHT_TIME, pair.rightNs);
    }

    /** The latest event time of the changes that made what is there now. */
    long lastNs(final long entry, final long timeNs) {
        return Math.max(timeNs, Math.max(get(entry, LEFT_TIME), get(entry, RIGHT_TIME)));
    }

    /** Whether the row is gone and nothing of it can come any more. */
    boolean isDone(final long entry) {
        return get(entry, LEFT) == 0
                && get(entry, STANDING) == 0
                && !isLinked(entry)
                && getInt(entry, OPEN) == 0
                && !isAhead(entry);
    }

    long prefetch(final RecordContext context) {
        return keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    long bytesInUse() {
        return keys.bytesInUse();
    }

    void snapshot(final StateWriter out) {
        keys.snapshot(out);
        standing.snapshot(out);
    }

    void restore(final StateReader in) {
        keys.restore(in);
        standing.restore(in);
    }

    @Override
    public String toString() {
        return "rows=" + keys.size() + " standing=" + standing.size();
    }
}
