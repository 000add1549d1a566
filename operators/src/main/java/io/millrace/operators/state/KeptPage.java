package io.millrace.operators.state;

import org.agrona.concurrent.UnsafeBuffer;

/** A page that its table has given back although blocks of it are pending. */
final class KeptPage {
    PageBlocks table;
    int number;
    long address;
    int length;
    int used;

    /** The pending block that is next to be copied. */
    int block;

    private int pending;

    void set(
            final PageBlocks newTable,
            final int newNumber,
            final UnsafeBuffer buffer,
            final int newPending,
            final int newBlock,
            final int newUsed) {
        table = newTable;
        number = newNumber;
        address = buffer.addressOffset();
        length = buffer.capacity();
        pending = newPending;
        block = newBlock;
        used = newUsed;
    }

    /** Goes to the pending block that is next, if there is one. */
    boolean next() {
        if (length > StateMemory.PAGE_LENGTH) {
            return block << PageBlocks.BLOCK_SHIFT < used;
        }
        block = Integer.numberOfTrailingZeros(pending);
        return pending != 0;
    }

    void copied() {
        pending &= pending - 1;
        block++;
    }
}
