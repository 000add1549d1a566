package io.millrace.operators.state;

import org.agrona.DirectBuffer;

/**
 * Takes the blocks of tables for a checkpoint, each as it was when the checkpoint began. Called by the task's thread, in
 * the middle of a look-up too: an exception would go to whoever looks a key up, so a sink that cannot write remembers
 * that, and the task aborts the checkpoint between two records.
 */
@FunctionalInterface
public interface BlockSink {
    /** Bytes of a block. */
    int BLOCK_LENGTH = 4 * 1024;

    /**
     * Takes a block.
     *
     * @param table  number of the table, never that of another one in the same memory.
     * @param page   number of the page in the table.
     * @param block  number of the block in the page.
     * @param buffer that holds its bytes; not used after the call.
     * @param offset of the first byte, a multiple of 8.
     * @param length in bytes, 1 to {@link #BLOCK_LENGTH}; fewer when the page is not used further.
     */
    void onBlock(long table, int page, int block, DirectBuffer buffer, int offset, int length);
}
