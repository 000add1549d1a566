package io.millrace.operators.state;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Blocks of a full checkpoint and of those that follow it, the newest version of each: what tables are restored from.
 * Used by one thread.
 */
public final class RestoredBlocks {
    /** Blocks of the longest page: the longest entry. */
    private static final int MAX_BLOCKS =
            (EntryPages.MAX_ENTRY_LENGTH + BlockSink.BLOCK_LENGTH - 1) / BlockSink.BLOCK_LENGTH;

    private static final int INITIAL_PAGES = 4;
    private static final Page NO_PAGE = new Page();

    private final Long2ObjectHashMap<Page[]> tables = new Long2ObjectHashMap<>();
    private final boolean keepsReferences;

    /**
     * Creates it without a block.
     *
     * @param keepsReferences whether the bytes that {@link #put} is given stay what and where they are until all tables
     *                        are restored, as those of mapped memory may; otherwise they are copied to the Java heap.
     */
    public RestoredBlocks(final boolean keepsReferences) {
        this.keepsReferences = keepsReferences;
    }

    /**
     * Adds a block, in place of an older one with the same numbers. To be called in the order in which a
     * {@link BlockSink} got them, and with those of complete checkpoints only.
     *
     * @param table  number of the table.
     * @param page   number of the page in the table.
     * @param block  number of the block in the page.
     * @param buffer that holds its bytes; it may cover something else after the call.
     * @param offset of the first byte.
     * @param length in bytes, 1 to {@link BlockSink#BLOCK_LENGTH}.
     * @throws IllegalArgumentException if there cannot be such a block.
     */
    public void put(
            final long table,
            final int page,
            final int block,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (page < 0
                || page >= EntryPages.MAX_PAGES
                || block < 0
                || block >= MAX_BLOCKS
                || length <= 0
                || length > BlockSink.BLOCK_LENGTH) {
            throw new IllegalArgumentException("not a block of a table: table=" + table + " page=" + page + " block="
                    + block + " length=" + length);
        }
        buffer.boundsCheck(offset, length);
        page(table, page).put(block, buffer, offset, length, keepsReferences);
    }

    private Page page(final long table, final int page) {
        Page[] pages = tables.get(table);
        if (pages == null || page >= pages.length) {
            pages = pages == null
                    ? new Page[Math.max(INITIAL_PAGES, page + 1)]
                    : Arrays.copyOf(pages, Math.max(pages.length * 2, page + 1));
            tables.put(table, pages);
        }
        if (pages[page] == null) {
            pages[page] = new Page();
        }
        return pages[page];
    }

    /** Copies the used bytes of a page to an address; false if a block is missing or too short. */
    boolean copyTo(final long table, final int page, final long address, final int used) {
        final Page[] pages = tables.get(table);
        final Page found = pages == null || page >= pages.length || pages[page] == null ? NO_PAGE : pages[page];
        return found.copyTo(address, used);
    }

    /** References to the blocks of a page: an array and an address within it, or an address alone. */
    private static final class Page {
        private byte[][] arrays = new byte[1][];
        private long[] addresses = new long[1];
        private int[] lengths = new int[1];

        void put(
                final int block,
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final boolean keepsReferences) {
            if (block >= lengths.length) {
                final int count = Math.max(lengths.length * 2, block + 1);
                arrays = Arrays.copyOf(arrays, count);
                addresses = Arrays.copyOf(addresses, count);
                lengths = Arrays.copyOf(lengths, count);
            }
            if (keepsReferences) {
                arrays[block] = buffer.byteArray();
                addresses[block] = buffer.addressOffset() + offset;
            } else {
                if (length != lengths[block]) {
                    arrays[block] = new byte[length];
                    addresses[block] = UnsafeApi.arrayBaseOffset(byte[].class);
                }
                buffer.getBytes(offset, arrays[block], 0, length);
            }
            lengths[block] = length;
        }

        boolean copyTo(final long address, final int used) {
            for (int from = 0; from < used; from += BlockSink.BLOCK_LENGTH) {
                final int block = from / BlockSink.BLOCK_LENGTH;
                final int length = Math.min(BlockSink.BLOCK_LENGTH, used - from);
                if (block >= lengths.length || lengths[block] < length) {
                    return false;
                }
                UnsafeApi.copyMemory(arrays[block], addresses[block], null, address + from, length);
            }
            return true;
        }
    }
}
