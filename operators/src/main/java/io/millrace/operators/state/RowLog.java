package io.millrace.operators.state;

import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordMemory;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Values of any length outside the Java heap, each with some bytes of fixed length beside it, which all go at some time: what
 * a join keeps for as long as its interval. Rows are added at the end and never removed one by one: each is told until when it is
 * needed, and a page of rows goes when none in it is needed any more. So nobody touches a row to forget it. One that is needed for
 * long keeps the other rows of its page, and no other page.
 *
 * <p>A row is a number that stays the same, also through a checkpoint, and is never given to another one: whoever remembers a row,
 * in the state of a {@link KeyedTable} or in that of another row, asks {@link #isGone(long)} before it reads it. Rows lie
 * in pages as those of a {@link RowTable} do.
 *
 * <pre>
 *   row: number of its page, counted from 1 as pages are opened | 16 bits: place in the page
 *   snapshot: int32 format | int32 length of the state | int64 first page | int64 next page to be looked at | int32 number of pages
 *             for each:  int32 its number in the table of pages, -1 if it has gone | int64 time until which it is needed
 *             the pages, see {@link EntrySnapshot}
 * </pre>
 *
 * <p>Used by one thread.
 */
public final class RowLog implements AutoCloseable {
    /** What those say who keep the number of a row when there is none. */
    public static final long NONE = 0;

    /** First word of a snapshot: "RLG1" in ASCII. */
    private static final int SNAPSHOT_FORMAT = 0x31474C52;

    /** First word of what is written into a checkpoint: "RLC1" in ASCII. */
    private static final int CHECKPOINT_FORMAT = 0x31434C52;

    private static final int OFFSET_MASK = (1 << EntryPages.PAGE_SHIFT) - 1;
    private static final int NO_HASH = 0;
    private static final int INITIAL_PAGES = 4;
    private static final long NO_PAGE = -1;
    private static final int GONE = -1;
    private static final long NOWHERE = 0;

    /** Pages behind the first that are looked at in each release; a page takes rows for longer than its turn takes to come. */
    private static final int LOOKS = 4;

    private final StateMemory memory;
    private final EntryPages pages;
    private final PageBlocks blocks;

    // A ring of pages in the order in which they were opened, from the first that is open on. Others may have gone.
    private long[] addresses = new long[INITIAL_PAGES];
    private int[] numbers = new int[INITIAL_PAGES];
    private long[] neededUntil = new long[INITIAL_PAGES];
    private int mask = INITIAL_PAGES - 1;
    private long first = 1;
    private long end = 1;
    private long nextLook = 1;

    // The one that takes rows; one that is longer than others is opened behind it and takes one row.
    private long current = NO_PAGE;
    private long currentAddress;
    private int currentLength;
    private boolean closed;

    /**
     * Creates an empty log. It takes memory with its first row.
     *
     * @param memory      of the task; closes the log with itself.
     * @param owner       operator whose state it is; errors name it.
     * @param stateLength of the bytes beside each value, 0 to 1 KiB; rounded up to a multiple of 8.
     */
    public RowLog(final StateMemory memory, final String owner, final int stateLength) {
        RowTable.checkStateLength(owner, stateLength);
        this.memory = memory;
        this.pages = new EntryPages(memory, owner, stateLength);
        this.blocks = pages.blocks;
        memory.add(this);
    }

    /**
     * Adds a row. Value and state are all zero; both may be written until the task goes on to the next record.
     *
     * @param valueLength in bytes, 0 to {@link RowTable#MAX_VALUE_LENGTH}.
     * @return the row, more than 0.
     * @throws MillraceException MALFORMED_RECORD if the value is longer; STATE_BUDGET if there is no memory for it. The
     *                           log is what it was and can be used.
     */
    public long add(final int valueLength) {
        if (closed) {
            throw new IllegalStateException("the log of rows is closed");
        }
        RowTable.checkLength(valueLength);
        final int entryLength = pages.entryLength(valueLength);
        if (current != NO_PAGE) {
            final int number = pages.currentPage;
            final int offset = pages.usedLengths[number];
            if (offset + entryLength <= currentLength) {
                // What a table does, without a look for the place of a row that was removed.
                pages.usedLengths[number] = offset + entryLength;
                pages.liveCounts[number]++;
                blocks.change(number, offset, entryLength);
                begin(currentAddress + offset, valueLength, entryLength);
                return current << EntryPages.PAGE_SHIFT | offset;
            }
        }
        final long entry = pages.allocate(entryLength);
        final int number = EntryPages.pageOf(entry);
        begin(pages.addresses[number] + EntryPages.offsetOf(entry), valueLength, entryLength);
        return pageOf(number) << EntryPages.PAGE_SHIFT | EntryPages.offsetOf(entry);
    }

    private static void begin(final long address, final int valueLength, final int entryLength) {
        UnsafeApi.putLong(null, address, EntryPages.header(NO_HASH, valueLength));
        RecordMemory.clear(address + EntryPages.KEY_OFFSET, entryLength - EntryPages.KEY_OFFSET);
    }

    private long pageOf(final int number) {
        if (end - first == addresses.length) {
            grow();
        }
        final long page = end++;
        set(page, number, Long.MIN_VALUE);
        return page;
    }

    private void set(final long page, final int number, final long untilNs) {
        final int slot = (int) page & mask;
        addresses[slot] = pages.addresses[number];
        numbers[slot] = number;
        neededUntil[slot] = untilNs;
        if (number == pages.currentPage) {
            current = page;
            currentAddress = addresses[slot];
            currentLength = pages.buffers[number].capacity();
        }
    }

    private void grow() {
        final int length = addresses.length * 2;
        final long[] newAddresses = new long[length];
        final int[] newNumbers = new int[length];
        final long[] newNeededUntil = new long[length];
        for (long page = first; page < end; page++) {
            newAddresses[(int) page & length - 1] = addresses[(int) page & mask];
            newNumbers[(int) page & length - 1] = numbers[(int) page & mask];
            newNeededUntil[(int) page & length - 1] = neededUntil[(int) page & mask];
        }
        addresses = newAddresses;
        numbers = newNumbers;
        neededUntil = newNeededUntil;
        mask = length - 1;
    }

    /**
     * Takes the row back that was added last, and that nobody has been told of.
     *
     * @param row of this log.
     */
    public void giveUp(final long row) {
        final long page = row >>> EntryPages.PAGE_SHIFT;
        final int number = numbers[(int) page & mask];
        final long entry = entry(row);
        if (pages.liveCounts[number] > 1) {
            pages.free(entry, pages.entryLength(pages.keyLength(entry)));
            return;
        }
        // Nothing was added since, so its page is the last one.
        pages.release(number);
        end--;
        if (page == current) {
            current = NO_PAGE;
        }
    }

    /**
     * Says until when a row is needed.
     *
     * @param row    of this log.
     * @param timeNs of whoever releases; the row is there as long as nothing after this time has been released.
     */
    public void neededUntil(final long row, final long timeNs) {
        final int slot = (int) (row >>> EntryPages.PAGE_SHIFT) & mask;
        if (timeNs > neededUntil[slot]) {
            neededUntil[slot] = timeNs;
        }
    }

    /**
     * Gives the memory back of rows that are not needed any more: at once of all pages before the first that is, and of those behind
     * it in the course of some calls.
     *
     * @param timeNs rows that are needed until then or later stay.
     */
    public void release(final long timeNs) {
        while (first < end && (isPageGone(first) || releasePage(first, timeNs))) {
            first++;
        }
        final int looks = (int) Math.min(LOOKS, end - first - 1);
        for (int i = 0; i < looks; i++) {
            nextLook = nextLook <= first || nextLook >= end ? first + 1 : nextLook;
            if (!isPageGone(nextLook)) {
                releasePage(nextLook, timeNs);
            }
            nextLook++;
        }
    }

    private boolean isPageGone(final long page) {
        return addresses[(int) page & mask] == NOWHERE;
    }

    private boolean releasePage(final long page, final long timeNs) {
        final int slot = (int) page & mask;
        if (neededUntil[slot] >= timeNs) {
            return false;
        }
        pages.release(numbers[slot]);
        numbers[slot] = GONE;
        addresses[slot] = NOWHERE;
        if (page == current) {
            current = NO_PAGE;
        }
        return true;
    }

    /**
     * Whether a row has gone with its page.
     *
     * @param row that was in this log, or {@link #NONE}.
     * @return true if it must not be read.
     */
    public boolean isGone(final long row) {
        return stateAddressIfThere(row) == NONE;
    }

    /**
     * Address of the bytes beside a row's value, if it is there still.
     *
     * @param row that was in this log, or {@link #NONE}.
     * @return address, a multiple of 8; {@link #NONE} if the row is gone.
     */
    public long stateAddressIfThere(final long row) {
        final long page = row >>> EntryPages.PAGE_SHIFT;
        if (page < first || page >= end) {
            return NONE;
        }
        final long address = addresses[(int) page & mask];
        return address == NOWHERE ? NONE : address + (row & OFFSET_MASK) + EntryPages.KEY_OFFSET;
    }

    private long entry(final long row) {
        return (long) numbers[(int) (row >>> EntryPages.PAGE_SHIFT) & mask] << EntryPages.PAGE_SHIFT
                | row & OFFSET_MASK;
    }

    /**
     * To be called before value or state of a row is written, unless {@link #add} has made it for the same record.
     *
     * @param row of this log that is not gone.
     */
    public void change(final long row) {
        if (blocks.cleanCount != 0) {
            final long entry = entry(row);
            pages.change(entry, pages.entryLength(pages.keyLength(entry)));
        }
    }

    /**
     * Address of the bytes beside a row's value.
     *
     * @param row of this log that is not gone; nobody checks that it is one.
     * @return address, a multiple of 8; valid until the row is gone.
     */
    public long stateAddress(final long row) {
        return addresses[(int) (row >>> EntryPages.PAGE_SHIFT) & mask] + (row & OFFSET_MASK) + EntryPages.KEY_OFFSET;
    }

    /**
     * The memory that holds a row.
     *
     * @param row of this log that is not gone.
     * @return the buffer that the offset of this row's value refers to.
     */
    public MutableDirectBuffer buffer(final long row) {
        return pages.buffers[numbers[(int) (row >>> EntryPages.PAGE_SHIFT) & mask]];
    }

    /**
     * Where a row's value begins.
     *
     * @param row of this log.
     * @return index in {@link #buffer}, a multiple of 8.
     */
    public int valueOffset(final long row) {
        return (int) (row & OFFSET_MASK) + EntryPages.KEY_OFFSET + pages.stateLength;
    }

    /**
     * How long a row's value is.
     *
     * @param row of this log that is not gone.
     * @return bytes.
     */
    public int valueLength(final long row) {
        return valueLengthAt(stateAddress(row));
    }

    private static int valueLengthAt(final long stateAddress) {
        return UnsafeApi.getInt(null, stateAddress - EntryPages.KEY_OFFSET + EntryPages.KEY_LENGTH_OFFSET);
    }

    /**
     * Shows the value of a row.
     *
     * @param stateAddress of the row, which is not gone, as {@link #stateAddress} gives it.
     * @param value        is put over the value, and stands there until the row is gone.
     */
    public void wrapValue(final long stateAddress, final UnsafeBuffer value) {
        value.wrap(stateAddress + pages.stateLength, valueLengthAt(stateAddress));
    }

    /**
     * Memory that the log has taken out of the budget.
     *
     * @return bytes of its pages.
     */
    public long bytesInUse() {
        return pages.bytes;
    }

    /**
     * Writes all rows. For a checkpoint, writes what is small, and the rows go to its {@link BlockSink}.
     *
     * @param writer to write with.
     */
    public void snapshot(final StateWriter writer) {
        writer.writeInt(writer.isCheckpoint() ? CHECKPOINT_FORMAT : SNAPSHOT_FORMAT);
        writer.writeInt(pages.stateLength);
        writer.writeLong(first);
        writer.writeLong(nextLook);
        writer.writeInt((int) (end - first));
        for (long page = first; page < end; page++) {
            writer.writeInt(numbers[(int) page & mask]);
            writer.writeLong(neededUntil[(int) page & mask]);
        }
        EntrySnapshot.ofRows(pages, writer.isCheckpoint()).write(writer);
    }

    /**
     * Replaces all rows by those of a snapshot, under the same numbers.
     *
     * @param reader that stands where the snapshot begins.
     * @throws MillraceException CORRUPT if it is damaged or of a log with another length of the state, STATE_BUDGET if
     *                           there is no memory for it; the log is empty then.
     */
    public void restore(final StateReader reader) {
        if (closed) {
            throw new IllegalStateException("the log of rows is closed");
        }
        clear();
        try {
            final boolean isCheckpoint = reader.blocks() != null;
            final int format = isCheckpoint ? CHECKPOINT_FORMAT : SNAPSHOT_FORMAT;
            reader.check(reader.readInt() == format, "not a log of rows");
            final int length = reader.readInt();
            if (length != pages.stateLength) {
                throw reader.corrupt(
                        "the state of a row has " + length + " bytes, this log's has " + pages.stateLength);
            }
            final long newFirst = reader.readLong();
            final long newNextLook = reader.readLong();
            reader.check(newFirst > 0 && newFirst < Long.MAX_VALUE >>> EntryPages.PAGE_SHIFT + 1, "the first page");
            // Those that have gone are among them, so they may be more than there can be at a time.
            final int count =
                    reader.readCount(reader.remaining() / (Integer.BYTES + Long.BYTES), "the number of open pages");
            final int[] newNumbers = new int[count];
            final long[] untilNs = new long[count];
            for (int i = 0; i < count; i++) {
                newNumbers[i] = reader.readInt();
                untilNs[i] = reader.readLong();
            }
            EntrySnapshot.ofRows(pages, isCheckpoint).read(reader);
            open(reader, newFirst, newNumbers, untilNs);
            nextLook = newNextLook;
        } catch (final RuntimeException e) {
            clear();
            throw e;
        }
    }

    private void open(final StateReader reader, final long newFirst, final int[] newNumbers, final long[] untilNs) {
        first = newFirst;
        end = newFirst;
        int openCount = 0;
        final boolean[] seen = new boolean[pages.pageCount];
        for (int i = 0; i < newNumbers.length; i++) {
            final int number = newNumbers[i];
            if (end - first == addresses.length) {
                grow();
            }
            if (number == GONE) {
                reader.check(i > 0, "the first page has gone");
                numbers[(int) end & mask] = GONE;
                addresses[(int) end & mask] = NOWHERE;
                neededUntil[(int) end & mask] = untilNs[i];
                end++;
                continue;
            }
            reader.check(
                    number >= 0 && number < seen.length && !seen[number] && pages.liveCounts[number] > 0,
                    "an open page without rows");
            seen[number] = true;
            openCount++;
            set(end++, number, untilNs[i]);
        }
        reader.check(openCount == pages.pageCount - pages.vacantCount, "open pages are missing");
    }

    private void clear() {
        pages.clear();
        first = 1;
        end = 1;
        nextLook = 1;
        current = NO_PAGE;
    }

    /** Gives the memory back for good. May be called twice. */
    @Override
    public void close() {
        if (!closed) {
            clear();
            closed = true;
            memory.remove(this);
        }
    }

    @Override
    public String toString() {
        return "RowLog[pages=" + (end - first) + " bytes=" + bytesInUse() + "]";
    }
}
