package io.millrace.operators.state;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which blocks of a table's pages were not changed since the last checkpoint began, and which of them are pending: still
 * to be copied for the checkpoint that runs.
 *
 * <p>A block is clean from the beginning of a checkpoint until it is changed for the first time, and a pending block is
 * clean. So one test before a change decides whether anything has to be done, and a table that takes part in no
 * checkpoint, or all of whose blocks were changed since, does not even make it: it has no clean block. What lies behind
 * the used bytes of a page is never clean, so it counts as changed when it is used.
 *
 * <p>A mask has a bit for each of the 16 blocks of a page. The page of an entry that is longer than that is clean or
 * changed as a whole, and its blocks are copied from the first to the last.
 */
final class PageBlocks {
    static final int BLOCK_SHIFT = 12;

    private static final int LAST_BLOCK = (StateMemory.PAGE_LENGTH >> BLOCK_SHIFT) - 1;
    private static final int NONE = -1;

    /** Number of the table in its memory; blocks of a checkpoint go by it. */
    final long table;

    /** Number of clean blocks; a long page counts as 16. */
    int cleanCount;

    private final EntryPages pages;
    private final StateCheckpoint checkpoint;
    private int[] clean;
    private int[] pending;

    /** Used bytes of the pages when the checkpoint began. */
    private int[] usedLengths;

    private int pendingCount;
    private int nextPage;
    private int partlyCopiedPage = NONE;
    private int partlyCopiedBlocks;
    private long generation = NONE;

    static {
        assert BlockSink.BLOCK_LENGTH == 1 << BLOCK_SHIFT;
        assert LAST_BLOCK < Integer.SIZE - 1;
    }

    PageBlocks(final EntryPages pages, final StateCheckpoint checkpoint, final int pageNumbers) {
        this.pages = pages;
        this.checkpoint = checkpoint;
        this.table = checkpoint.newTable();
        clean = new int[pageNumbers];
        pending = new int[pageNumbers];
        usedLengths = new int[pageNumbers];
    }

    void grow(final int pageNumbers) {
        clean = Arrays.copyOf(clean, pageNumbers);
        pending = Arrays.copyOf(pending, pageNumbers);
        usedLengths = Arrays.copyOf(usedLengths, pageNumbers);
    }

    int pendingCount() {
        return pendingCount;
    }

    /** To be called before bytes of a page are written, also when they are used for the first time. */
    void change(final int page, final int offset, final int length) {
        if (cleanCount != 0) {
            final int changed = clean[page] & blocks(offset, length);
            if (changed != 0) {
                changeClean(page, changed);
            }
        }
    }

    private static int blocks(final int offset, final int length) {
        final int last = Math.min(offset + length - 1 >> BLOCK_SHIFT, LAST_BLOCK);
        return (2 << last) - (1 << (offset >> BLOCK_SHIFT));
    }

    private void changeClean(final int page, final int changed) {
        if ((pending[page] & changed) != 0) {
            if (isLong(page)) {
                copyLong(page, Integer.MAX_VALUE);
            } else {
                copyOrdinary(page, changed, Integer.MAX_VALUE);
            }
        }
        clean[page] &= ~changed;
        cleanCount -= Integer.bitCount(changed);
    }

    private boolean isLong(final int page) {
        return pages.buffers[page].capacity() > StateMemory.PAGE_LENGTH;
    }

    /** Makes the changed blocks pending, or all of them, and from then on every used block is clean. */
    void begin() {
        if (!checkpoint.isRunning() || pendingCount > 0) {
            throw new IllegalStateException("no checkpoint has begun that this table could be written for");
        }
        final boolean full = generation != checkpoint.generation();
        generation = checkpoint.generation();
        nextPage = 0;
        partlyCopiedPage = NONE;
        cleanCount = 0;
        for (int page = 0; page < pages.pageCount; page++) {
            final int used = pages.usedLengths[page];
            final int blocks = used == 0 ? 0 : blocks(0, used);
            pending[page] = full ? blocks : blocks & ~clean[page];
            clean[page] = blocks;
            usedLengths[page] = used;
            cleanCount += Integer.bitCount(blocks);
            pendingCount += pendingBlocks(page);
        }
        checkpoint.add(this, pendingCount);
    }

    private int pendingBlocks(final int page) {
        if (pending[page] == 0 || !isLong(page)) {
            return Integer.bitCount(pending[page]);
        }
        final int blocks = usedLengths[page] + BlockSink.BLOCK_LENGTH - 1 >> BLOCK_SHIFT;
        return blocks - (page == partlyCopiedPage ? partlyCopiedBlocks : 0);
    }

    int copy(final int limit) {
        int copied = 0;
        while (copied < limit && pendingCount > 0) {
            if (pending[nextPage] == 0) {
                nextPage++;
            } else if (isLong(nextPage)) {
                copied += copyLong(nextPage, limit - copied);
            } else {
                copied += copyOrdinary(nextPage, pending[nextPage], limit - copied);
            }
        }
        return copied;
    }

    private int copyOrdinary(final int page, final int blocks, final int limit) {
        int copied = 0;
        int left = pending[page] & blocks;
        while (left != 0 && copied < limit) {
            copy(page, Integer.numberOfTrailingZeros(left));
            pending[page] &= ~Integer.lowestOneBit(left);
            left &= left - 1;
            copied++;
        }
        return copied;
    }

    private int copyLong(final int page, final int limit) {
        if (page != partlyCopiedPage) {
            // Another one that is copied in part stays the one that is: a change copies the whole page.
            if (limit == Integer.MAX_VALUE) {
                return copyLong(page, 0, limit);
            }
            partlyCopiedPage = page;
            partlyCopiedBlocks = 0;
        }
        final int copied = copyLong(page, partlyCopiedBlocks, limit);
        partlyCopiedBlocks += copied;
        return copied;
    }

    private int copyLong(final int page, final int from, final int limit) {
        int block = from;
        while (block << BLOCK_SHIFT < usedLengths[page] && block - from < limit) {
            copy(page, block++);
        }
        if (block << BLOCK_SHIFT >= usedLengths[page]) {
            pending[page] = 0;
        }
        return block - from;
    }

    private void copy(final int page, final int block) {
        checkpoint.copy(this, page, block, pages.buffers[page], usedLengths[page]);
        pendingCount--;
    }

    /** A page leaves its table; false if the checkpoint keeps it, because blocks of it are pending. */
    boolean release(final int page, final UnsafeBuffer buffer) {
        cleanCount -= Integer.bitCount(clean[page]);
        clean[page] = 0;
        if (pending[page] == 0) {
            return true;
        }
        pendingCount -= pendingBlocks(page);
        final int from = page == partlyCopiedPage ? partlyCopiedBlocks : 0;
        checkpoint.keep(this, page, buffer, pending[page], from, usedLengths[page]);
        pending[page] = 0;
        return false;
    }

    /** Forgets what is pending. */
    void abort() {
        Arrays.fill(pending, 0);
        pendingCount = 0;
    }
}
