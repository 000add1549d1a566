package io.millrace.operators.state;

import org.agrona.DirectBuffer;

/**
 * Lets the state of a step be read, by key or as a whole: what a test inspects, and what queries of a job and of a checkpoint
 * read. It is the state of one task, which holds some of the keys.
 *
 * <p>Nothing is changed by reading, and nothing that is given lies in the operator's memory: each value is a copy, made for
 * the one who reads. So it costs an object for each value, and is nothing for the path of a record.
 *
 * <p>Called by the task's thread between two records, and true at the task's position then. Entries come in an order that is a
 * function of the task's input.
 */
public interface StateView {
    /**
     * What is kept for a key.
     *
     * @return what the visitor will be given.
     */
    StateShape shape();

    /**
     * Reads what is kept for one key. Costs a look-up in each open window; timers are all looked at.
     *
     * @param key     buffer that holds the key, may be null when the key is empty.
     * @param offset  at which the key begins.
     * @param length  of the key in bytes.
     * @param visitor that is given it.
     */
    void find(DirectBuffer key, int offset, int length, StateVisitor visitor);

    /**
     * Reads the values and windows of one key, and not its timers, where finding those takes longer than a few look-ups.
     *
     * @param key     buffer that holds the key, may be null when the key is empty.
     * @param offset  at which the key begins.
     * @param length  of the key in bytes.
     * @param visitor that is given them; it may be given timers too.
     */
    default void findValues(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        find(key, offset, length, visitor);
    }

    /**
     * Reads all that is kept.
     *
     * @param visitor that is given it.
     */
    void forEach(StateVisitor visitor);
}
