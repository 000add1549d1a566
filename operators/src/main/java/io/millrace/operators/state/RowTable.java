package io.millrace.operators.state;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordMemory;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Values of any length outside the Java heap, each with some bytes of fixed length beside it: what a step keeps many of for a
 * key, such as the values of a side of a join. There is no index; whoever adds a row remembers it, in the state of a
 * {@link KeyedTable} or in that of another row.
 *
 * <p>A row is a number that stays the same until the row is removed or the table is cleared, also through a checkpoint.
 * Rows lie in pages as the entries of a {@link KeyedTable} do, see {@link EntryPages}, with the length of the value in the
 * place of that of the key. The bytes beside the value come before it, so that to find them nobody has to read how long it
 * is. A walk over the rows follows the pages, in an order that is a function of the operations alone. The place of a removed row
 * goes to the next one of its length.
 *
 * <p>Used by one thread. A row that is no longer in the table gets an {@link IndexOutOfBoundsException} or somebody else's
 * bytes, as an index into an array would.
 */
public final class RowTable implements AutoCloseable {
    /** Longest value in bytes. */
    public static final int MAX_VALUE_LENGTH = EntryPages.MAX_STATE_LENGTH;

    /** What those say who keep the number of a row when there is none. */
    public static final long NONE = -1;

    /** First word of a snapshot: "RTB2" in ASCII. */
    private static final int SNAPSHOT_FORMAT = 0x32425452;

    /** First word of what a table writes into a checkpoint: "RTC2" in ASCII. */
    private static final int CHECKPOINT_FORMAT = 0x32435452;

    private static final int NO_HASH = 0;
    private static final int MAX_STATE_LENGTH = 1024;

    /** The call that copies memory takes longer than so many words one by one. */
    private static final int MAX_WORD_COPY = 64;

    private final StateMemory memory;
    private final EntryPages pages;
    private final PageBlocks blocks;
    private int size;
    private boolean closed;

    /**
     * Creates an empty table. It takes memory with its first row.
     *
     * @param memory      of the task; closes the table with itself.
     * @param owner       operator whose state it is; errors name it.
     * @param stateLength of the bytes beside each value, 0 to 1 KiB; rounded up to a multiple of 8.
     */
    public RowTable(final StateMemory memory, final String owner, final int stateLength) {
        checkStateLength(owner, stateLength);
        this.memory = memory;
        this.pages = new EntryPages(memory, owner, stateLength);
        this.blocks = pages.blocks;
        memory.add(this);
    }

    static void checkStateLength(final String owner, final int stateLength) {
        if (stateLength < 0 || stateLength > MAX_STATE_LENGTH) {
            throw new IllegalArgumentException("the state of a row is 0 to " + MAX_STATE_LENGTH
                    + " bytes long, operator " + owner + " asks for " + stateLength);
        }
    }

    /**
     * Checks whether a value can be kept in a row.
     *
     * @param valueLength in bytes.
     * @throws MillraceException MALFORMED_RECORD if it cannot.
     */
    public static void checkLength(final int valueLength) {
        if (valueLength < 0 || valueLength > MAX_VALUE_LENGTH) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    "a value of " + valueLength + " bytes cannot be kept; 0 to " + MAX_VALUE_LENGTH + " are allowed");
        }
    }

    /**
     * Adds a row. Value and state are all zero, so that bytes that a codec leaves out do not depend on the row that was there
     * before; both may be written until the task goes on to the next record.
     *
     * @param valueLength in bytes, 0 to {@link #MAX_VALUE_LENGTH}.
     * @return the row, 0 or more.
     * @throws MillraceException MALFORMED_RECORD if the value is longer; STATE_BUDGET if there is no memory for it. The
     *                           table is what it was and can be used.
     */
    public long add(final int valueLength) {
        if (closed) {
            throw new IllegalStateException("the table is closed");
        }
        checkLength(valueLength);
        final int entryLength = pages.entryLength(valueLength);
        final long row = pages.allocate(entryLength);
        final long entry = pages.addresses[EntryPages.pageOf(row)] + EntryPages.offsetOf(row);
        UnsafeApi.putLong(null, entry, EntryPages.header(NO_HASH, valueLength));
        RecordMemory.clear(entry + EntryPages.KEY_OFFSET, entryLength - EntryPages.KEY_OFFSET);
        size++;
        return row;
    }

    /**
     * To be called before value or state of a row is written, unless {@link #add} has made it for the same record: a
     * checkpoint that needs its bytes as they are takes them now.
     *
     * @param row of this table.
     */
    public void change(final long row) {
        if (blocks.cleanCount != 0) {
            pages.change(row, pages.entryLength(pages.keyLength(row)));
        }
    }

    /**
     * The memory that holds a row.
     *
     * @param row of this table.
     * @return the buffer that the offsets of this row refer to; the same one until the table is cleared.
     */
    public MutableDirectBuffer buffer(final long row) {
        return pages.buffers[EntryPages.pageOf(row)];
    }

    /**
     * Where a row's value begins.
     *
     * @param row of this table.
     * @return index in {@link #buffer}, a multiple of 8.
     */
    public int valueOffset(final long row) {
        return EntryPages.offsetOf(row) + EntryPages.KEY_OFFSET + pages.stateLength;
    }

    /**
     * How long a row's value is.
     *
     * @param row of this table.
     * @return bytes.
     */
    public int valueLength(final long row) {
        return pages.keyLength(row);
    }

    /**
     * Writes a row's value, as long as the row is.
     *
     * @param row    of this table.
     * @param source that holds the value from its beginning on; not used after the call.
     */
    public void value(final long row, final DirectBuffer source) {
        change(row);
        final int length = valueLength(row);
        source.boundsCheck(0, length);
        final long target = stateAddress(row) + pages.stateLength;
        if (length <= MAX_WORD_COPY) {
            KeyBytes.store(target, source.byteArray(), source.addressOffset(), length);
        } else {
            UnsafeApi.copyMemory(source.byteArray(), source.addressOffset(), null, target, length);
        }
    }

    /**
     * Where the bytes beside a row's value begin.
     *
     * @param row of this table.
     * @return index in {@link #buffer}, a multiple of 8.
     */
    public int stateOffset(final long row) {
        return EntryPages.offsetOf(row) + EntryPages.KEY_OFFSET;
    }

    /**
     * Address of the bytes beside a row's value, for those who read several of them.
     *
     * @param row of this table; nobody checks that it is one.
     * @return address, a multiple of 8; valid until the table is cleared.
     */
    public long stateAddress(final long row) {
        return pages.addresses[EntryPages.pageOf(row)] + EntryPages.offsetOf(row) + EntryPages.KEY_OFFSET;
    }

    /** Whether a number is a row, or looks like one because it stands inside of one. */
    boolean contains(final long row) {
        return (row & Long.BYTES - 1) == 0 && pages.isLive(row);
    }

    /**
     * Removes a row. Its memory goes to the next row of its length, or back when its page is empty.
     *
     * @param row of this table.
     * @throws IllegalArgumentException if there is no such row.
     */
    public void remove(final long row) {
        if (!contains(row)) {
            throw new IllegalArgumentException("not a row of this table: " + row);
        }
        pages.free(row, pages.entryLength(pages.keyLength(row)));
        size--;
    }

    /**
     * The first row of a walk over all rows.
     *
     * @return a row, {@link #NONE} if the table is empty.
     */
    public long first() {
        return pages.seek(0, 0);
    }

    /**
     * The row that follows.
     *
     * @param row to go on from; it may have been removed since the walk came to it, unless rows were added after that.
     * @return a row, {@link #NONE} after the last.
     */
    public long next(final long row) {
        return pages.next(row);
    }

    /**
     * Number of rows.
     *
     * @return rows in the table.
     */
    public int size() {
        return size;
    }

    /**
     * Memory that the table has taken out of the budget.
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
        EntrySnapshot.ofRows(pages, writer.isCheckpoint()).write(writer);
    }

    /**
     * Replaces all rows by those of a snapshot, under the same numbers.
     *
     * @param reader that stands where the snapshot begins.
     * @throws MillraceException CORRUPT if it is damaged or of a table with another length of the state, STATE_BUDGET if
     *                           there is no memory for it; the table is empty then.
     */
    public void restore(final StateReader reader) {
        if (closed) {
            throw new IllegalStateException("the table is closed");
        }
        clear();
        try {
            final boolean isCheckpoint = reader.blocks() != null;
            final int format = isCheckpoint ? CHECKPOINT_FORMAT : SNAPSHOT_FORMAT;
            reader.check(reader.readInt() == format, "not a table of rows");
            final int length = reader.readInt();
            if (length != pages.stateLength) {
                throw reader.corrupt(
                        "the state of a row has " + length + " bytes, this table's has " + pages.stateLength);
            }
            size = EntrySnapshot.ofRows(pages, isCheckpoint).read(reader);
        } catch (final RuntimeException e) {
            clear();
            throw e;
        }
    }

    /** Forgets all rows and gives the memory back. */
    public void clear() {
        pages.clear();
        size = 0;
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
        return "RowTable[rows=" + size + " bytes=" + bytesInUse() + "]";
    }
}
