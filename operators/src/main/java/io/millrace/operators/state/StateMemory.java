package io.millrace.operators.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory for the state of one task, outside the Java heap: it is neither scanned nor moved by the collector, it does not
 * fall under {@code -XX:MaxDirectMemorySize}, and it is given back when it is freed and not when somebody notices.
 *
 * <p>Every byte is reserved in the job's {@link MemoryBudget} first. Free pages are kept for the next owner, since windows
 * open and close all the time, and a page that comes from the system costs a fault for each 4 KiB of it. They do not count
 * as used; of those that nobody needed from the end of one window to the end of the next, half go back to the system, and all
 * as soon as what all tasks of the job keep and use is together more than the budget. Tables made from a memory are closed
 * with it. Used by one thread.
 */
public final class StateMemory implements AutoCloseable {
    /** Bytes of an ordinary page; there are smaller and larger ones. */
    public static final int PAGE_LENGTH = 64 * 1024;

    private static final int INITIAL_FREE_PAGES = 16;
    private static final int MAX_FREE_BUFFERS = 1024;
    static final int ZEROS_LENGTH = 64;

    /** Address of bytes that are zero for ever: where a structure looks that has no memory of its own. */
    static final long ZEROS = zeros();

    final StateCheckpoint checkpoint = new StateCheckpoint(this);

    private final MemoryBudget budget;
    private final List<AutoCloseable> owners = new ArrayList<>();
    private long[] freePages = new long[INITIAL_FREE_PAGES];
    private final UnsafeBuffer[] freeBuffers = new UnsafeBuffer[MAX_FREE_BUFFERS];
    private int freePageCount;

    // The fewest since free pages were trimmed: so many were not needed.
    private int fewestFreePages;

    // Whether anything was handed out since then: without it, nobody can have needed a page.
    private boolean hasReserved;
    private int freeBufferCount;
    private long usedBytes;
    private boolean closed;

    /**
     * Creates a memory of which nothing is used.
     *
     * @param budget of the job.
     */
    public StateMemory(final MemoryBudget budget) {
        this.budget = budget;
    }

    private static long zeros() {
        final long address = UnsafeApi.allocateMemory(ZEROS_LENGTH);
        UnsafeApi.setMemory(address, ZEROS_LENGTH, (byte) 0);
        return address;
    }

    /**
     * Hands out memory. Its bytes are whatever they were before.
     *
     * @param length in bytes, greater than 0; {@link #PAGE_LENGTH} is served from a pool.
     * @param owner  operator that wants it; the error names it.
     * @return a buffer over exactly that many bytes, at an address that is a multiple of 8.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if the job's budget, or the machine's memory, is
     *                                                 used up.
     * @throws IllegalStateException                   if this memory is closed.
     */
    public UnsafeBuffer allocate(final int length, final String owner) {
        final long address =
                length == PAGE_LENGTH && freePageCount > 0 ? takeFreePage(owner) : allocateBytes(length, owner);
        final UnsafeBuffer buffer = freeBufferCount > 0 ? freeBuffers[--freeBufferCount] : new UnsafeBuffer();
        buffer.wrap(address, length);
        return buffer;
    }

    private long takeFreePage(final String owner) {
        checkOpen();
        final long address = freePages[--freePageCount];
        fewestFreePages = Math.min(fewestFreePages, freePageCount);
        budget.dropKept(PAGE_LENGTH);
        try {
            reserve(PAGE_LENGTH, owner);
        } catch (final RuntimeException e) {
            UnsafeApi.freeMemory(address);
            throw e;
        }
        return address;
    }

    /**
     * Takes memory back. The buffer covers nothing until it is handed out again, so a view that still stands on it gets
     * an {@link IndexOutOfBoundsException}, and the process does not crash.
     *
     * @param buffer that {@link #allocate} handed out.
     */
    public void free(final UnsafeBuffer buffer) {
        final long address = buffer.addressOffset();
        final int length = buffer.capacity();
        detach(buffer);
        free(address, length);
    }

    /** The same in two steps, for memory that somebody has to read once more before it is free. */
    void detach(final UnsafeBuffer buffer) {
        buffer.wrap(0, 0);
        if (freeBufferCount < MAX_FREE_BUFFERS) {
            freeBuffers[freeBufferCount++] = buffer;
        }
    }

    void free(final long address, final int length) {
        if (length == PAGE_LENGTH && !closed) {
            unreserve(PAGE_LENGTH);
            keep(address);
        } else {
            freeBytes(address, length);
        }
    }

    private void keep(final long address) {
        if (!budget.tryKeep(PAGE_LENGTH)) {
            UnsafeApi.freeMemory(address);
            dropFreePages();
            return;
        }
        if (freePageCount == freePages.length) {
            freePages = Arrays.copyOf(freePages, freePageCount * 2);
        }
        freePages[freePageCount++] = address;
    }

    /**
     * Gives back half of the free pages that nobody needed since the last time. To be called when a window has ended, and not
     * whenever a table is emptied: one that is filled for each result would have all pages given back within a window. Several
     * windows that end together are one end.
     */
    public void trim() {
        if (hasReserved) {
            hasReserved = false;
            dropFreePages(freePageCount - (fewestFreePages + 1 >> 1));
        }
    }

    long allocateBytes(final long bytes, final String owner) {
        return reallocateBytes(0, 0, bytes, owner);
    }

    /** The old address stays valid when this throws. An address of 0 asks for new memory. */
    long reallocateBytes(final long address, final long oldBytes, final long newBytes, final String owner) {
        checkOpen();
        reserve(newBytes - oldBytes, owner);
        try {
            return tryReallocate(address, newBytes);
        } catch (final OutOfMemoryError e) {
            unreserve(newBytes - oldBytes);
            throw budget.noMemory(newBytes, owner, e);
        }
    }

    private long tryReallocate(final long address, final long bytes) {
        try {
            return reallocate(address, bytes);
        } catch (final OutOfMemoryError e) {
            dropFreePages();
            return reallocate(address, bytes);
        }
    }

    private static long reallocate(final long address, final long bytes) {
        return address == 0 ? UnsafeApi.allocateMemory(bytes) : UnsafeApi.reallocateMemory(address, bytes);
    }

    void freeBytes(final long address, final long bytes) {
        UnsafeApi.freeMemory(address);
        unreserve(bytes);
    }

    /** Counts memory that the caller holds itself, such as an array. */
    void reserve(final long bytes, final String owner) {
        if (!budget.tryReserve(bytes)) {
            checkpoint.copyKeptPages();
            budget.reserve(bytes, owner);
        }
        usedBytes += bytes;
        hasReserved = true;
        if (freePageCount > 0 && !budget.hasRoomForKept()) {
            dropFreePages();
        }
    }

    void unreserve(final long bytes) {
        budget.release(bytes);
        usedBytes -= bytes;
    }

    void add(final AutoCloseable owner) {
        checkOpen();
        owners.add(owner);
    }

    void remove(final AutoCloseable owner) {
        owners.remove(owner);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the state of this task is closed");
        }
    }

    /**
     * Tells how much this memory has taken out of the budget.
     *
     * @return bytes, without the free pages that are kept.
     */
    public long usedBytes() {
        return usedBytes;
    }

    /**
     * Tells how much this memory keeps for the next owner.
     *
     * @return bytes of free pages.
     */
    public long freeBytes() {
        return (long) freePageCount * PAGE_LENGTH;
    }

    /**
     * Begins a checkpoint. From here on each table that writes itself with {@link StateWriter#checkpoint} writes what is
     * small only, and its blocks are pending: those that were changed since it did so last, or all of them. That has to
     * happen before anything is changed. A pending block is copied by {@link #copyBlocks}, or before it is changed.
     *
     * @param sink takes the blocks; used until none is pending.
     * @param full whether all blocks are copied, not only those that were changed.
     * @throws IllegalStateException if blocks of the checkpoint before are pending, or if it has to be a full one, see
     *                               {@link #mustBeFull()}.
     */
    public void beginCheckpoint(final BlockSink sink, final boolean full) {
        checkOpen();
        checkpoint.begin(sink, full);
    }

    /**
     * Tells whether a checkpoint of the changed blocks would be worth nothing: there was none yet, or the one before was
     * aborted.
     *
     * @return whether the next checkpoint has to be full.
     */
    public boolean mustBeFull() {
        return checkpoint.mustBeFull();
    }

    /**
     * Copies pending blocks, first those of pages that nobody else needs any more.
     *
     * @param limit of the blocks that are copied, greater than 0.
     * @return how many were copied; fewer than {@code limit} when none is left.
     */
    public int copyBlocks(final int limit) {
        return checkpoint.copy(limit);
    }

    /**
     * Tells whether the checkpoint needs more blocks.
     *
     * @return whether {@link #pendingBlocks()} is greater than 0.
     */
    public boolean hasPendingBlocks() {
        return checkpoint.pendingBlocks() > 0;
    }

    /**
     * Number of blocks that are to be copied.
     *
     * @return blocks, 0 when the checkpoint has all that it needs of the tables.
     */
    public long pendingBlocks() {
        return checkpoint.pendingBlocks();
    }

    /**
     * Number of blocks that went to the sink, by {@link #copyBlocks} or because they were changed.
     *
     * @return blocks of the checkpoint that began last.
     */
    public long blocksCopied() {
        return checkpoint.blocksCopied();
    }

    /** Gives a checkpoint up, whether blocks are pending or not: the sink gets none any more, and the next one is full. */
    public void abortCheckpoint() {
        checkpoint.abort();
    }

    /** Closes all tables made from this memory and gives everything back. May be called twice. */
    @Override
    public void close() {
        closed = true;
        checkpoint.abort();
        while (!owners.isEmpty()) {
            closeLast();
        }
        dropFreePages();
    }

    private void dropFreePages() {
        dropFreePages(0);
    }

    private void dropFreePages(final int keptCount) {
        budget.dropKept((long) (freePageCount - keptCount) * PAGE_LENGTH);
        while (freePageCount > keptCount) {
            UnsafeApi.freeMemory(freePages[--freePageCount]);
        }
        fewestFreePages = freePageCount;
    }

    private void closeLast() {
        final AutoCloseable owner = owners.remove(owners.size() - 1);
        try {
            owner.close();
        } catch (final Exception e) {
            throw new IllegalStateException("cannot close " + owner, e);
        }
    }
}
