package io.millrace.operators.state;

import java.nio.ByteOrder;
import java.util.BitSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the pages of a table as they are, and reads them back such that every later operation finds and leaves the
 * entries where the original would.
 *
 * <pre>
 *   int64 number of the table         in a checkpoint only
 *   int32 number of pages, for each:  int32 length of the page, 0 if its number is vacant | bytes in use
 *   int32 number of vacant pages      int32 page, in the order in which they were vacated
 *   int32 current page                -1 if there is none
 *   int32 number of lengths, for each:  int32 length | bytes: int32 units of the free entries, the next to be used first
 * </pre>
 *
 * <p>In a checkpoint there is {@code int32 number of bytes in use} where the bytes in use of a page would be, for they go to
 * the {@link BlockSink}, and of the free entries of a length there is the first one only, because those that follow stand in
 * the pages.
 *
 * <p>Before an entry is believed, the walk over its page has found it: that its length leads to the next one, that its
 * hash is that of its key. So what a damaged snapshot can do is to be refused.
 */
final class EntrySnapshot {
    private static final int VACANT = 0;
    private static final int NONE = -1;

    private final EntryPages pages;
    private final boolean isCheckpoint;
    private final boolean areKeys;
    private final BitSet freeUnits = new BitSet();
    private long table;
    private int liveCount;

    private EntrySnapshot(final EntryPages pages, final boolean isCheckpoint, final boolean areKeys) {
        this.pages = pages;
        this.isCheckpoint = isCheckpoint;
        this.areKeys = areKeys;
    }

    static EntrySnapshot ofKeys(final EntryPages pages, final boolean isCheckpoint) {
        return new EntrySnapshot(pages, isCheckpoint, true);
    }

    /** Rows have values where others have keys: they may be longer, and nobody hashes them. */
    static EntrySnapshot ofRows(final EntryPages pages, final boolean isCheckpoint) {
        return new EntrySnapshot(pages, isCheckpoint, false);
    }

    void write(final StateWriter writer) {
        pages.freeEntries.settle();
        if (isCheckpoint) {
            pages.blocks.begin();
            writer.writeLong(pages.blocks.table);
        }
        writer.writeInt(pages.pageCount);
        for (int page = 0; page < pages.pageCount; page++) {
            final int length = pages.buffers[page].capacity();
            writer.writeInt(length);
            if (length != VACANT && isCheckpoint) {
                writer.writeInt(pages.usedLengths[page]);
            } else if (length != VACANT) {
                writer.writeBytes(pages.buffers[page], 0, pages.usedLengths[page]);
            }
        }
        writer.writeInt(pages.vacantCount);
        for (int i = 0; i < pages.vacantCount; i++) {
            writer.writeInt(pages.vacantPages[i]);
        }
        writer.writeInt(pages.currentPage);
        writeFreeEntries(writer);
    }

    private void writeFreeEntries(final StateWriter writer) {
        final FreeEntries free = pages.freeEntries;
        int lists = 0;
        for (int list = 0; list < free.lengthCount; list++) {
            lists += free.first(list) == NONE ? 0 : 1;
        }
        writer.writeInt(lists);
        for (int list = 0; list < free.lengthCount; list++) {
            if (free.first(list) != NONE) {
                writer.writeInt(free.lengths[list]);
                if (isCheckpoint) {
                    writer.writeInt(free.first(list));
                } else {
                    writeUnits(writer, free, list);
                }
            }
        }
    }

    private static void writeUnits(final StateWriter writer, final FreeEntries free, final int list) {
        int count = 0;
        for (int unit = free.first(list); unit != NONE; unit = free.next(unit)) {
            count++;
        }
        int target = writer.claimBytes(count * Integer.BYTES);
        for (int unit = free.first(list); unit != NONE; unit = free.next(unit)) {
            writer.buffer().putInt(target, unit, ByteOrder.LITTLE_ENDIAN);
            target += Integer.BYTES;
        }
    }

    /** Fills empty pages. When it throws, they are to be cleared. Returns the number of live entries. */
    int read(final StateReader reader) {
        table = isCheckpoint ? reader.readLong() : NONE;
        final int limit = Math.min(reader.remaining() / Integer.BYTES, EntryPages.MAX_PAGES);
        final int pageCount = reader.readCount(limit, "the number of pages");
        for (int i = 0; i < pageCount; i++) {
            readPage(reader, pages.addPageNumber());
        }
        readVacantPages(reader);
        final int current = reader.readInt();
        reader.check(
                current == NONE
                        || current >= 0
                                && current < pageCount
                                && pages.buffers[current].capacity() > 0
                                && pages.buffers[current].capacity() <= StateMemory.PAGE_LENGTH,
                "the current page is not one");
        pages.currentPage = current;
        for (int page = 0; page < pageCount; page++) {
            final boolean mayBeEmpty = page == current || pages.buffers[page].capacity() == 0;
            reader.check(mayBeEmpty || pages.liveCounts[page] > 0, "a page without entries");
        }
        readFreeEntries(reader);
        return liveCount;
    }

    private void readPage(final StateReader reader, final int page) {
        final int length = reader.readInt();
        if (length == VACANT) {
            return;
        }
        final int source = isCheckpoint ? NONE : reader.readBytes();
        final int used = isCheckpoint ? reader.readCount(length, "the used bytes of a page") : reader.bytesLength();
        reader.check(EntryPages.mayHave(length) && used <= length, "a page of an impossible length");
        // Whoever asks for more than a page has one entry in it, so that a damaged length cannot ask for the whole
        // budget.
        reader.check(length <= StateMemory.PAGE_LENGTH || used == length, "a long page that is not full");
        final UnsafeBuffer buffer = pages.open(page, length);
        if (isCheckpoint) {
            reader.check(
                    reader.blocks().copyTo(table, page, buffer.addressOffset(), used), "a block of a table is missing");
        } else {
            buffer.putBytes(0, reader.buffer(), source, used);
        }
        pages.usedLengths[page] = used;
        int offset = 0;
        while (offset < used) {
            offset += readEntry(reader, page, offset, used);
        }
    }

    private int readEntry(final StateReader reader, final int page, final int offset, final int used) {
        final long entry = (long) page << EntryPages.PAGE_SHIFT | offset;
        reader.check(used - offset >= EntryPages.MIN_ENTRY_LENGTH && offset < StateMemory.PAGE_LENGTH, "half an entry");
        final int keyLength = pages.keyLength(entry);
        if (keyLength < 0) {
            final int length = ~keyLength;
            reader.check(
                    length >= EntryPages.MIN_ENTRY_LENGTH && length % Long.BYTES == 0 && length <= used - offset,
                    "a free entry of an impossible length");
            freeUnits.set(EntryPages.unitOf(entry));
            return length;
        }
        reader.check(
                keyLength <= (areKeys ? KeyBytes.MAX_LENGTH : RowTable.MAX_VALUE_LENGTH),
                "a key of an impossible length");
        final int length = pages.entryLength(keyLength);
        reader.check(length <= used - offset, "half an entry");
        final long address = pages.address(EntryPages.unitOf(entry)) + EntryPages.KEY_OFFSET;
        reader.check(
                pages.hash(entry) == (areKeys ? KeyBytes.hash(null, address, keyLength) : 0),
                "a key that does not match its hash");
        pages.liveCounts[page]++;
        liveCount++;
        return length;
    }

    private void readVacantPages(final StateReader reader) {
        int vacant = 0;
        for (int page = 0; page < pages.pageCount; page++) {
            vacant += pages.buffers[page].capacity() == 0 ? 1 : 0;
        }
        final int count = reader.readCount(pages.pageCount, "the number of vacant pages");
        reader.check(count == vacant, "vacant pages are missing");
        final BitSet seen = new BitSet(pages.pageCount);
        for (int i = 0; i < count; i++) {
            final int page = reader.readCount(pages.pageCount - 1, "a vacant page");
            reader.check(pages.buffers[page].capacity() == 0 && !seen.get(page), "a vacant page that is in use");
            seen.set(page);
            pages.vacantPages[i] = page;
        }
        pages.vacantCount = count;
    }

    private void readFreeEntries(final StateReader reader) {
        final int lists = reader.readCount(reader.remaining() / Long.BYTES, "the number of lengths of free entries");
        for (int i = 0; i < lists; i++) {
            final int length = reader.readInt();
            if (isCheckpoint) {
                readList(reader, reader.readInt(), length);
            } else {
                readUnits(reader, length);
            }
        }
        reader.check(freeUnits.isEmpty(), "free entries are missing");
    }

    private void readUnits(final StateReader reader, final int length) {
        final int source = reader.readBytes();
        final int end = source + reader.bytesLength();
        reader.check(reader.bytesLength() % Integer.BYTES == 0, "half a free entry");
        for (int at = end - Integer.BYTES; at >= source; at -= Integer.BYTES) {
            final int unit = reader.buffer().getInt(at, ByteOrder.LITTLE_ENDIAN);
            checkFree(reader, unit, length);
            pages.freeEntries.push((long) unit << EntryPages.UNIT_SHIFT, length);
        }
    }

    /** Follows the free entries of a length through the pages. */
    private void readList(final StateReader reader, final int first, final int length) {
        checkFree(reader, first, length);
        reader.check(pages.freeEntries.previous(first) == NONE, "a list of free entries that does not hang together");
        int last = first;
        for (int unit = pages.freeEntries.next(first); unit != NONE; unit = pages.freeEntries.next(unit)) {
            checkFree(reader, unit, length);
            reader.check(
                    pages.freeEntries.previous(unit) == last, "a list of free entries that does not hang together");
            last = unit;
        }
        reader.check(pages.freeEntries.restore(length, first), "two lists of free entries of one length");
    }

    private void checkFree(final StateReader reader, final int unit, final int length) {
        reader.check(unit >= 0 && freeUnits.get(unit), "a free entry that is not free");
        reader.check(
                pages.keyLength((long) unit << EntryPages.UNIT_SHIFT) == ~length, "a free entry of another length");
        freeUnits.clear(unit);
    }
}
