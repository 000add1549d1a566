package io.millrace.operators.state;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The entries of a table, in pages of memory.
 *
 * <pre>
 *   entry, 8-byte aligned:  0 int32 key length | 4 int32 hash | 8 key, padded to 8 | state, padded to 8
 *   free entry:             0 int32 ~bytes of the entry | 4 unused | 8 int32 next free | 12 int32 previous free
 *   unit of an entry:       page &lt;&lt; 13 | offset in the page / 8
 * </pre>
 *
 * <p>An entry lies in one page: in the current one if it fits, otherwise in a new one. One that is longer than an
 * ordinary page has a page to itself. The first pages of a table are small, because many tables stay small. The place
 * of a removed entry goes to the next entry of the same length; a page without entries goes back to the memory and its
 * number to the next new page. So where an entry lies is a function of the operations alone, and walking over the pages
 * is an order that a replay repeats.
 */
final class EntryPages {
    static final int UNIT_SHIFT = 3;
    static final int PAGE_SHIFT = 16;
    static final int KEY_OFFSET = 8;
    static final int MIN_ENTRY_LENGTH = 16;
    static final int MAX_STATE_LENGTH = 1 << 24;
    static final int MAX_ENTRY_LENGTH = KEY_OFFSET + BitUtil.align(KeyBytes.MAX_LENGTH, Long.BYTES) + MAX_STATE_LENGTH;

    static final int KEY_LENGTH_OFFSET = 0;
    private static final int HASH_OFFSET = 4;
    private static final int ALIGNMENT = 1 << UNIT_SHIFT;
    private static final int OFFSET_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int FIRST_PAGE_LENGTH = 4 * 1024;
    private static final int SECOND_PAGE_LENGTH = 16 * 1024;

    /** So that a unit, plus one, stays a positive int: 16 GiB of ordinary pages. */
    static final int MAX_PAGES = (1 << Integer.SIZE - 1 - (PAGE_SHIFT - UNIT_SHIFT)) - 1;

    private static final int INITIAL_PAGES = 4;
    private static final int NONE = -1;
    private static final UnsafeBuffer VACANT = new UnsafeBuffer(0, 0);

    final int stateLength;
    final FreeEntries freeEntries = new FreeEntries(this);
    final PageBlocks blocks;

    /** Address of each page; that of some zero bytes for a page number that is vacant. Never of length 0. */
    long[] addresses = new long[INITIAL_PAGES];

    UnsafeBuffer[] buffers = new UnsafeBuffer[INITIAL_PAGES];
    int[] usedLengths = new int[INITIAL_PAGES];
    int[] liveCounts = new int[INITIAL_PAGES];
    int[] vacantPages = new int[INITIAL_PAGES];
    int pageCount;
    int vacantCount;
    int currentPage = NONE;
    long bytes;

    private final StateMemory memory;
    private final String owner;

    static {
        assert StateMemory.PAGE_LENGTH == 1 << PAGE_SHIFT;
    }

    EntryPages(final StateMemory memory, final String owner, final int stateLength) {
        this.memory = memory;
        this.owner = owner;
        this.stateLength = BitUtil.align(stateLength, ALIGNMENT);
        this.blocks = new PageBlocks(this, memory.checkpoint, INITIAL_PAGES);
        Arrays.fill(addresses, StateMemory.ZEROS);
        Arrays.fill(buffers, VACANT);
    }

    static int pageOf(final long entry) {
        return (int) (entry >>> PAGE_SHIFT);
    }

    static int offsetOf(final long entry) {
        return (int) entry & OFFSET_MASK;
    }

    static int unitOf(final long entry) {
        return (int) (entry >>> UNIT_SHIFT);
    }

    /** No unit in use is that large. */
    int unitLimit() {
        return pageCount << PAGE_SHIFT - UNIT_SHIFT;
    }

    /** Address of an entry that the index knows. */
    long address(final int unit) {
        return addresses[unit >>> PAGE_SHIFT - UNIT_SHIFT] + ((long) unit << UNIT_SHIFT & OFFSET_MASK);
    }

    int entryLength(final int keyLength) {
        return Math.max(MIN_ENTRY_LENGTH, stateOffset(keyLength) + stateLength);
    }

    static int stateOffset(final int keyLength) {
        return KEY_OFFSET + BitUtil.align(keyLength, ALIGNMENT);
    }

    /** First word of an entry. */
    static long header(final int hash, final int keyLength) {
        return (long) hash << Integer.SIZE | keyLength;
    }

    /** Key length of an entry, less than 0 if the entry is free. Checks the bounds. */
    int keyLength(final long entry) {
        return buffers[pageOf(entry)].getInt(offsetOf(entry) + KEY_LENGTH_OFFSET);
    }

    int hash(final long entry) {
        return buffers[pageOf(entry)].getInt(offsetOf(entry) + HASH_OFFSET);
    }

    boolean isLive(final long entry) {
        final int page = pageOf(entry);
        return entry >= 0
                && page < pageCount
                && offsetOf(entry) < usedLengths[page]
                && UnsafeApi.getInt(null, addresses[page] + offsetOf(entry) + KEY_LENGTH_OFFSET) >= 0;
    }

    /** To be called before an entry is written. */
    void change(final long entry, final int entryLength) {
        blocks.change(pageOf(entry), offsetOf(entry), entryLength);
    }

    /** Finds room; the caller writes the entry before anything else happens. */
    long allocate(final int entryLength) {
        long entry = freeEntries.poll(entryLength);
        if (entry == NONE) {
            entry = append(entryLength);
        }
        change(entry, entryLength);
        liveCounts[pageOf(entry)]++;
        return entry;
    }

    private long append(final int entryLength) {
        int page = currentPage;
        if (entryLength > StateMemory.PAGE_LENGTH) {
            page = openPage(entryLength);
        } else if (page == NONE || usedLengths[page] + entryLength > buffers[page].capacity()) {
            page = openPage(pageLength(entryLength));
            if (currentPage != NONE && liveCounts[currentPage] == 0) {
                // Kept although it was empty, because it was the current one; too small for this entry.
                vacate(currentPage);
            }
            currentPage = page;
        }
        final int offset = usedLengths[page];
        usedLengths[page] = offset + entryLength;
        return (long) page << PAGE_SHIFT | offset;
    }

    private int pageLength(final int entryLength) {
        final int pages = pageCount - vacantCount;
        final int length = switch (pages) {
            case 0 -> FIRST_PAGE_LENGTH;
            case 1 -> SECOND_PAGE_LENGTH;
            default -> StateMemory.PAGE_LENGTH;
        };
        return entryLength > length ? StateMemory.PAGE_LENGTH : length;
    }

    private int openPage(final int length) {
        if (vacantCount == 0 && pageCount == MAX_PAGES) {
            throw new MillraceException(
                    ErrorCode.STATE_BUDGET,
                    "one table of keys takes " + MAX_PAGES + " pages: operator=" + owner
                            + "; spread the keys over more partitions");
        }
        // The memory first: when it is refused, nothing has changed.
        final UnsafeBuffer buffer = memory.allocate(length, owner);
        final int page = vacantCount > 0 ? vacantPages[--vacantCount] : addPageNumber();
        place(page, buffer);
        return page;
    }

    /** Whether there are pages of that length. */
    static boolean mayHave(final int length) {
        return length == FIRST_PAGE_LENGTH || length == SECOND_PAGE_LENGTH || length >= StateMemory.PAGE_LENGTH;
    }

    /** Opens a page whose number is vacant. */
    UnsafeBuffer open(final int page, final int length) {
        final UnsafeBuffer buffer = memory.allocate(length, owner);
        place(page, buffer);
        return buffer;
    }

    int addPageNumber() {
        if (pageCount == addresses.length) {
            final int count = pageCount * 2;
            addresses = Arrays.copyOf(addresses, count);
            Arrays.fill(addresses, pageCount, count, StateMemory.ZEROS);
            buffers = Arrays.copyOf(buffers, count);
            Arrays.fill(buffers, pageCount, count, VACANT);
            usedLengths = Arrays.copyOf(usedLengths, count);
            liveCounts = Arrays.copyOf(liveCounts, count);
            vacantPages = Arrays.copyOf(vacantPages, count);
            blocks.grow(count);
        }
        return pageCount++;
    }

    private void place(final int page, final UnsafeBuffer buffer) {
        buffers[page] = buffer;
        addresses[page] = buffer.addressOffset();
        usedLengths[page] = 0;
        liveCounts[page] = 0;
        bytes += buffer.capacity();
    }

    void free(final long entry, final int entryLength) {
        final int page = pageOf(entry);
        change(entry, entryLength);
        if (--liveCounts[page] == 0) {
            freeEntries.removeAll(page);
            if (page == currentPage) {
                usedLengths[page] = 0;
            } else {
                vacate(page);
            }
        } else if (page == currentPage && offsetOf(entry) + entryLength == usedLengths[page]) {
            usedLengths[page] -= entryLength;
        } else {
            freeEntries.push(entry, entryLength);
        }
    }

    /** Gives a page back with all that is in it. Where this is used, entries are not freed one by one. */
    void release(final int page) {
        if (page == currentPage) {
            currentPage = NONE;
        }
        vacate(page);
    }

    private void vacate(final int page) {
        giveBack(page);
        vacantPages[vacantCount++] = page;
    }

    private void giveBack(final int page) {
        final UnsafeBuffer buffer = buffers[page];
        bytes -= buffer.capacity();
        if (blocks.release(page, buffer)) {
            memory.free(buffer);
        }
        buffers[page] = VACANT;
        addresses[page] = StateMemory.ZEROS;
        usedLengths[page] = 0;
        liveCounts[page] = 0;
    }

    /** The first live entry at or behind a place, or -1. */
    long seek(final int fromPage, final int fromOffset) {
        int offset = fromOffset;
        for (int page = fromPage; page < pageCount; page++) {
            final int end = usedLengths[page];
            while (offset < end) {
                final int keyLength = UnsafeApi.getInt(null, addresses[page] + offset + KEY_LENGTH_OFFSET);
                if (keyLength >= 0) {
                    return (long) page << PAGE_SHIFT | offset;
                }
                offset += ~keyLength;
            }
            offset = 0;
        }
        return NONE;
    }

    long next(final long entry) {
        final int page = pageOf(entry);
        final int offset = offsetOf(entry);
        // The entry may have been removed, and its page with it.
        if (page >= pageCount || offset >= usedLengths[page]) {
            return seek(page + 1, 0);
        }
        final int keyLength = keyLength(entry);
        return seek(page, offset + (keyLength < 0 ? ~keyLength : entryLength(keyLength)));
    }

    void clear() {
        for (int page = 0; page < pageCount; page++) {
            if (buffers[page] != VACANT) {
                giveBack(page);
            }
        }
        freeEntries.clear();
        pageCount = 0;
        vacantCount = 0;
        currentPage = NONE;
    }
}
