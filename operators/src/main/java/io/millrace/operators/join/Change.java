package io.millrace.operators.join;

import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Loan;

/**
 * How the value of one key of a table has changed: what it was and what it is. One instance is moved from change to change: it
 * is valid inside the call.
 *
 * @param <V> type of the values.
 */
public sealed class Change<V> implements Lendable permits LentChange {
    // Never moved, so all may share it.
    private static final Change<Object> TOMBSTONE = new Change<>();

    private V before;
    private V after;

    Change() {}

    Change(final Change<V> shown) {
        wrap(shown.before, shown.after);
    }

    /**
     * What a tombstone in the log says: the key is deleted, and its value before is not known.
     *
     * @param <V> type of the values.
     * @return a delete.
     */
    @SuppressWarnings("unchecked") // It holds no value.
    public static <V> Change<V> tombstone() {
        return (Change<V>) TOMBSTONE;
    }

    final Change<V> wrap(final V newBefore, final V newAfter) {
        before = newBefore;
        after = newAfter;
        return this;
    }

    /**
     * Tells whether there is a value before.
     *
     * @return false for a key that is new, and where nobody behind needs the value before, so that it was not sent.
     */
    public boolean hasBefore() {
        return before != null;
    }

    /**
     * The value that the key had.
     *
     * @return the value, null where there is none, see {@link #hasBefore()}; a flyweight is valid inside the call only.
     */
    public V before() {
        return before;
    }

    /**
     * Tells whether the key has no value any more.
     *
     * @return true when it was removed from the table.
     */
    public boolean isDelete() {
        return after == null;
    }

    /**
     * The value that the key has now.
     *
     * @return the value, null for a delete; a flyweight is valid inside the call only.
     */
    public V after() {
        return after;
    }

    @Override
    public final Object lent(final Loan loan) {
        return new LentChange<>(loan, this);
    }

    @Override
    public String toString() {
        return before + " -> " + after;
    }
}
