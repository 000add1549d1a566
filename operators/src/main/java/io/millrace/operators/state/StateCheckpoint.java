package io.millrace.operators.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The checkpoint of a {@link StateMemory}: which tables have blocks that are to be copied, and the pages that nobody else
 * needs any more and that are kept for it.
 */
final class StateCheckpoint {
    private static final int INITIAL_KEPT_PAGES = 16;

    private final StateMemory memory;
    private final List<PageBlocks> tables = new ArrayList<>();
    private final UnsafeBuffer keptPage = new UnsafeBuffer(0, 0);
    private KeptPage[] keptPages = new KeptPage[INITIAL_KEPT_PAGES];
    private int keptCount;
    private int nextTable;
    private BlockSink sink;
    private long tableNumbers;
    private long generation;
    private long pendingBlocks;
    private long blocksCopied;
    private boolean mustBeFull = true;

    StateCheckpoint(final StateMemory memory) {
        this.memory = memory;
    }

    long newTable() {
        return tableNumbers++;
    }

    /** Number of the last full checkpoint; a table that is not in it yet is written whole. */
    long generation() {
        return generation;
    }

    boolean mustBeFull() {
        return mustBeFull;
    }

    long pendingBlocks() {
        return pendingBlocks;
    }

    long blocksCopied() {
        return blocksCopied;
    }

    void begin(final BlockSink newSink, final boolean full) {
        if (pendingBlocks > 0) {
            throw new IllegalStateException("a checkpoint is not complete yet: " + pendingBlocks
                    + " blocks are pending; copy or abort it first");
        }
        if (mustBeFull && !full) {
            throw new IllegalStateException("this checkpoint has to be a full one, see StateMemory.mustBeFull()");
        }
        forgetTables();
        sink = newSink;
        blocksCopied = 0;
        mustBeFull = false;
        generation += full ? 1 : 0;
    }

    private void forgetTables() {
        tables.clear();
        nextTable = 0;
    }

    /** A table has blocks that are to be copied. */
    void add(final PageBlocks table, final int blocks) {
        if (blocks > 0) {
            tables.add(table);
            pendingBlocks += blocks;
        }
    }

    boolean isRunning() {
        return sink != null;
    }

    void copy(final PageBlocks table, final int page, final int block, final UnsafeBuffer buffer, final int used) {
        final int offset = block << PageBlocks.BLOCK_SHIFT;
        sink.onBlock(table.table, page, block, buffer, offset, Math.min(BlockSink.BLOCK_LENGTH, used - offset));
        blocksCopied++;
        pendingBlocks--;
    }

    int copy(final int limit) {
        int copied = 0;
        while (copied < limit && keptCount > 0) {
            copied += copyKept(limit - copied);
        }
        while (copied < limit && nextTable < tables.size()) {
            final PageBlocks table = tables.get(nextTable);
            copied += table.copy(limit - copied);
            nextTable += table.pendingCount() == 0 ? 1 : 0;
        }
        return copied;
    }

    private int copyKept(final int limit) {
        final KeptPage page = keptPages[keptCount - 1];
        keptPage.wrap(page.address, page.length);
        int copied = 0;
        while (copied < limit && page.next()) {
            copy(page.table, page.number, page.block, keptPage, page.used);
            page.copied();
            copied++;
        }
        if (!page.next()) {
            keptCount--;
            page.table = null;
            memory.free(page.address, page.length);
        }
        return copied;
    }

    /** Copies what is kept at once, because somebody needs the memory. */
    void copyKeptPages() {
        while (keptCount > 0) {
            copyKept(Integer.MAX_VALUE);
        }
    }

    /** Takes a page over whose blocks are pending; its pending blocks stay so. */
    void keep(
            final PageBlocks table,
            final int number,
            final UnsafeBuffer buffer,
            final int pending,
            final int from,
            final int used) {
        if (keptCount == keptPages.length) {
            keptPages = Arrays.copyOf(keptPages, keptCount * 2);
        }
        if (keptPages[keptCount] == null) {
            keptPages[keptCount] = new KeptPage();
        }
        keptPages[keptCount++].set(table, number, buffer, pending, from, used);
        memory.detach(buffer);
    }

    void abort() {
        for (final PageBlocks table : tables) {
            table.abort();
        }
        while (keptCount > 0) {
            final KeptPage page = keptPages[--keptCount];
            page.table = null;
            memory.free(page.address, page.length);
        }
        forgetTables();
        sink = null;
        pendingBlocks = 0;
        mustBeFull = true;
    }
}
