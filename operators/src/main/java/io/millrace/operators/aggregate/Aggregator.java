package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateMemory;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Does the work of an {@link Aggregation} for one operator of a task. Used by the task's thread only.
 *
 * @param <V> type of the records.
 * @param <R> type of the result.
 */
public abstract class Aggregator<V, R> {
    /** For subclasses. */
    protected Aggregator() {}

    /**
     * Makes a table for the states of keys.
     *
     * @param memory of the task; closes the table with itself.
     * @param owner  operator whose state it is; errors name it.
     * @return an empty table, which takes memory with its first key.
     */
    public final AggregateTable newTable(final StateMemory memory, final String owner) {
        return newTable(memory, owner, 0);
    }

    /**
     * Makes a table for the states of keys, and some bytes of the operator's own beside each state.
     *
     * @param memory         of the task; closes the table with itself.
     * @param owner          operator whose state it is; errors name it.
     * @param reservedLength of these bytes, see {@link AggregateTable#reservedOffset}.
     * @return an empty table, which takes memory with its first key.
     */
    public abstract AggregateTable newTable(StateMemory memory, String owner, int reservedLength);

    /**
     * Adds a record to the state of a key. Throws what the user's function throws; a value on the heap is what it was then.
     *
     * @param table that holds the key.
     * @param entry of the key, found or just added by {@link io.millrace.operators.state.KeyedTable#findOrAdd}, or given to
     *              {@link io.millrace.operators.state.KeyedTable#change}.
     * @param value to add.
     */
    public abstract void add(AggregateTable table, long entry, V value);

    /**
     * Takes a record out of the state of a key again. Throws what the user's function throws, as {@link #add} does.
     *
     * @param table that holds the key.
     * @param entry of the key, as for {@link #add}.
     * @param value that was added before.
     * @throws UnsupportedOperationException if the aggregation cannot subtract.
     */
    public void subtract(final AggregateTable table, final long entry, final V value) {
        throw new UnsupportedOperationException("the aggregation cannot subtract");
    }

    /**
     * Takes one state into another one. The user's function sees the earlier records first.
     *
     * @param into      table of the state that is changed.
     * @param intoEntry entry of a key that has had a record.
     * @param from      table of the other state; may be the same table.
     * @param fromEntry entry of a key that has had a record.
     * @throws UnsupportedOperationException if the aggregation is not combinable.
     */
    public abstract void combine(AggregateTable into, long intoEntry, AggregateTable from, long fromEntry);

    /**
     * Overwrites one state with another one.
     *
     * @param into      table of the state that is overwritten.
     * @param intoEntry entry in it.
     * @param from      table of the other state.
     * @param fromEntry entry in it.
     */
    public abstract void copy(AggregateTable into, long intoEntry, AggregateTable from, long fromEntry);

    /**
     * Makes the result of a state. Throws what the user's function throws.
     *
     * @param table that holds the key.
     * @param entry of the key.
     * @return the result; where it is the state of a flyweight, a view that holds inside the caller's call.
     */
    public abstract R result(AggregateTable table, long entry);

    /**
     * Takes a copy of a state out of its table, for those who read it from outside. Allocates.
     *
     * @param table that holds the key.
     * @param entry of a key that has had a record.
     * @return the copy.
     */
    public abstract StateCopy copyOf(AggregateTable table, long entry);

    /**
     * Says how many bytes a state takes when it is written.
     *
     * @param table that holds the key.
     * @param entry of a key that has had a record.
     * @return length in bytes.
     */
    public abstract int stateLength(AggregateTable table, long entry);

    /**
     * Writes a state, to be sent to another task.
     *
     * @param table  that holds the key.
     * @param entry  of a key that has had a record.
     * @param buffer to write into.
     * @param offset at which to begin; {@link #stateLength} bytes from there are free.
     */
    public abstract void writeState(AggregateTable table, long entry, MutableDirectBuffer buffer, int offset);

    /**
     * Takes a written state into the state of a key.
     *
     * @param table  that holds the key.
     * @param entry  of the key.
     * @param isNew  whether the key has had no record yet: the written state is its state then.
     * @param buffer that holds the written state.
     * @param offset at which it begins.
     * @param length of it in bytes.
     */
    public abstract void readState(
            AggregateTable table, long entry, boolean isNew, DirectBuffer buffer, int offset, int length);

    /**
     * Tells whether two states can become one.
     *
     * @return true if {@link #combine} works.
     */
    public abstract boolean isCombinable();
}
