package io.millrace.operators.state;

import org.agrona.DirectBuffer;

/**
 * Keys of records that will come soon, kept until the first of them comes and then looked up together.
 *
 * <p>A look-up in a large table waits for memory twice, for the index and, at the place that it names, for the entry. Done for one key
 * while its record is decoded, the two waits stand one behind the other, and the few hundred instructions between two records
 * keep a core from beginning the next before. Done for many keys in a row, first all index slots and then all entries, as
 * many waits overlap as a core can have under way. Nothing that can be seen depends on it: a key that is looked up in vain costs a
 * little time. Used by the task's thread.
 */
public final class KeyLookAhead {
    /** More than a task looks ahead at once; a power of two. */
    private static final int CAPACITY = 64;

    private final int[] hashes = new int[CAPACITY];
    private int count;
    private long sum;

    /** Creates it without a key. */
    public KeyLookAhead() {}

    /**
     * Keeps a key. The oldest one goes when there are very many, whose records were left out on the way.
     *
     * @param key    buffer that holds the key; not used after the call.
     * @param offset of the key.
     * @param length of the key in bytes.
     */
    public void add(final DirectBuffer key, final int offset, final int length) {
        hashes[count++ & CAPACITY - 1] = KeyedTable.hash(key, offset, length);
    }

    /**
     * Looks up the keys that were kept and forgets them. To be called for each record; does nothing when there are none.
     *
     * @param table in which the records of the keys will be looked up.
     */
    public void bringNear(final KeyedTable table) {
        if (count != 0) {
            // The sum is kept, or the compiler could leave the reading out.
            sum += table.prefetch(hashes, Math.min(count, CAPACITY));
            count = 0;
        }
    }

    @Override
    public String toString() {
        return "KeyLookAhead[keys=" + count + " sum=" + sum + "]";
    }
}
