package io.millrace.operators.state;

import io.millrace.log.record.RecordMemory;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * State of a fixed size for each key of bytes, outside the Java heap.
 *
 * <p>Entries lie in pages of 64 KiB, see {@link EntryPages} for their bytes, and an index of 32-bit slots finds them. A
 * look-up costs two places in memory: the slot, whose spare bits tell entries of other keys apart, and the entry, where
 * hash, key and state lie together. A key of 8 bytes with 24 bytes of state takes 40 bytes and 5.3 to 10.7 in the index.
 *
 * <p>An entry is a number that stays the same until the entry is removed or the table is cleared; a look-up moves
 * nothing. Walking over the entries follows the pages, so its order is a function of the operations alone and a replay
 * walks the same way: in the order in which the keys came, as long as none was removed.
 *
 * <p>Used by one thread. A closed table is empty and takes no keys; an entry that is no longer in the table gets an
 * {@link IndexOutOfBoundsException} or somebody else's state, as an index into an array would.
 */
public final class KeyedTable implements AutoCloseable {
    /** Longest key in bytes: the longest of a record, 65,535, and 8 bytes that an operator may put before it. */
    public static final int MAX_KEY_LENGTH = KeyBytes.MAX_LENGTH;

    /** First word of a snapshot: "KTB1" in ASCII. */
    private static final int SNAPSHOT_FORMAT = 0x3142544B;

    /** First word of what a table writes into a checkpoint: "KTC1" in ASCII. */
    private static final int CHECKPOINT_FORMAT = 0x3143544B;

    private static final int MAX_STATE_LENGTH = EntryPages.MAX_STATE_LENGTH;
    private static final long NONE = -1;
    private static final int MIXED = -1;

    /** Within {@link StateMemory#ZEROS}, because a look-up ahead may read there. */
    private static final int MAX_TOUCH_OFFSET = StateMemory.ZEROS_LENGTH - Long.BYTES;

    private final StateMemory memory;
    private final int stateLength;
    private final EntryPages pages;
    private final KeyIndex index;
    private final PageBlocks blocks;
    private final int longEntryLength;
    private int size;

    // Where the state begins in every entry, so that most tables need not look at an entry's key length for it.
    private int commonStateOffset;

    // The end of an entry that reaches into a second cache line, which is read ahead too.
    private int touchOffset;
    private boolean added;

    // Where the last search that found nothing ended.
    private int vacantSlot;
    private boolean closed;

    /**
     * Creates an empty table. It takes memory with its first key.
     *
     * @param memory      of the task; closes the table with itself.
     * @param owner       operator whose state it is; errors name it.
     * @param stateLength of an entry in bytes, 0 to 16 MiB; rounded up to a multiple of 8.
     */
    public KeyedTable(final StateMemory memory, final String owner, final int stateLength) {
        if (stateLength < 0 || stateLength > MAX_STATE_LENGTH) {
            throw new IllegalArgumentException("the state of a key is 0 to " + MAX_STATE_LENGTH
                    + " bytes long, operator " + owner + " asks for " + stateLength);
        }
        this.memory = memory;
        this.pages = new EntryPages(memory, owner, stateLength);
        this.stateLength = pages.stateLength;
        this.blocks = pages.blocks;
        this.longEntryLength = pages.entryLength(Long.BYTES);
        this.index = new KeyIndex(memory, owner, pages);
        memory.add(this);
    }

    /**
     * Finds the entry of a key, or adds one whose state is all zero. Its state may be written then, until the task goes
     * on to the next record.
     *
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to {@link #MAX_KEY_LENGTH}.
     * @return the entry, to be given to the accessors.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if there is no memory for one more; the table is
     *                                                 what it was and can be used.
     */
    public long findOrAdd(final DirectBuffer key, final int offset, final int length) {
        final long address = KeyBytes.address(key, offset, length);
        final byte[] base = KeyBytes.base(key, length);
        if (length == Long.BYTES) {
            return findOrAddLong(UnsafeApi.getLong(base, address));
        }
        final int hash = KeyBytes.hash(base, address, length);
        final long entry = find(base, address, length, hash);
        added = entry == NONE;
        if (added) {
            return add(base, address, length, hash);
        }
        pages.change(entry, pages.entryLength(length));
        return entry;
    }

    /**
     * Finds the entry of a key, to be read. Whoever writes to its state calls {@link #change} before.
     *
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to {@link #MAX_KEY_LENGTH}.
     * @return the entry, to be given to the accessors; -1 if there is none.
     */
    public long find(final DirectBuffer key, final int offset, final int length) {
        final long address = KeyBytes.address(key, offset, length);
        final byte[] base = KeyBytes.base(key, length);
        if (length == Long.BYTES) {
            return findLong(UnsafeApi.getLong(base, address));
        }
        return find(base, address, length, KeyBytes.hash(base, address, length));
    }

    private long find(final byte[] base, final long address, final int length, final int hash) {
        final long header = EntryPages.header(hash, length);
        int slot = index.home(hash);
        int value = index.value(slot);
        while (value != 0) {
            if (index.mayHold(value, hash)) {
                final int unit = index.unit(value);
                final long entry = pages.address(unit);
                if (UnsafeApi.getLong(null, entry) == header
                        && KeyBytes.equal(entry + EntryPages.KEY_OFFSET, base, address, length)) {
                    return (long) unit << EntryPages.UNIT_SHIFT;
                }
            }
            slot = slot + 1 & index.mask;
            value = index.value(slot);
        }
        vacantSlot = slot;
        return NONE;
    }

    private long add(final byte[] base, final long address, final int length, final int hash) {
        final long entry = newEntry(hash, length);
        KeyBytes.store(pages.address(EntryPages.unitOf(entry)) + EntryPages.KEY_OFFSET, base, address, length);
        return entry;
    }

    /**
     * Finds the entry of a key of 8 bytes, or adds one whose state is all zero. Its state may be written then, as with
     * {@link #findOrAdd}.
     *
     * @param key the bytes as a little-endian number: {@link #findOrAdd} finds the same entry.
     * @return the entry, to be given to the accessors.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET if there is no memory for one more; the table is
     *                                                 what it was and can be used.
     */
    public long findOrAddLong(final long key) {
        final int hash = KeyBytes.hash(key);
        final long entry = find(key, hash);
        added = entry == NONE;
        if (added) {
            return add(key, hash);
        }
        blocks.change(EntryPages.pageOf(entry), EntryPages.offsetOf(entry), longEntryLength);
        return entry;
    }

    /**
     * Finds the entry of a key of 8 bytes, to be read. Whoever writes to its state calls {@link #change} before.
     *
     * @param key the bytes as a little-endian number: {@link #find} finds the same entry.
     * @return the entry, to be given to the accessors; -1 if there is none.
     */
    public long findLong(final long key) {
        return find(key, KeyBytes.hash(key));
    }

    private long find(final long key, final int hash) {
        final int value = index.firstValue(index.home(hash), hash);
        if (value != 0 && index.mayHold(value, hash)) {
            final int unit = index.unit(value);
            final long entry = pages.address(unit);
            if (UnsafeApi.getLong(null, entry + EntryPages.KEY_OFFSET) == key
                    && UnsafeApi.getLong(null, entry) == EntryPages.header(hash, Long.BYTES)) {
                return (long) unit << EntryPages.UNIT_SHIFT;
            }
        }
        return search(key, hash);
    }

    private long search(final long key, final int hash) {
        final long header = EntryPages.header(hash, Long.BYTES);
        int slot = index.home(hash);
        int value = index.value(slot);
        while (value != 0) {
            if (index.mayHold(value, hash)) {
                final int unit = index.unit(value);
                final long entry = pages.address(unit);
                if (UnsafeApi.getLong(null, entry + EntryPages.KEY_OFFSET) == key
                        && UnsafeApi.getLong(null, entry) == header) {
                    return (long) unit << EntryPages.UNIT_SHIFT;
                }
            }
            slot = slot + 1 & index.mask;
            value = index.value(slot);
        }
        vacantSlot = slot;
        return NONE;
    }

    private long add(final long key, final int hash) {
        final long entry = newEntry(hash, Long.BYTES);
        UnsafeApi.putLong(null, pages.address(EntryPages.unitOf(entry)) + EntryPages.KEY_OFFSET, key);
        return entry;
    }

    /** To be called after a search for the key, which was in vain. */
    private long newEntry(final int hash, final int keyLength) {
        checkOpen();
        final boolean isMoved = index.ensureRoom(size);
        final int length = pages.entryLength(keyLength);
        final long entry = pages.allocate(length);
        final int unit = EntryPages.unitOf(entry);
        RecordMemory.clear(pages.address(unit), length);
        UnsafeApi.putLong(null, pages.address(unit), EntryPages.header(hash, keyLength));
        index.add(isMoved ? index.vacantSlot(hash) : vacantSlot, hash, unit);
        noteStateOffset(keyLength, size++ == 0);
        return entry;
    }

    private void noteStateOffset(final int keyLength, final boolean isFirst) {
        final int offset = EntryPages.stateOffset(keyLength);
        if (isFirst) {
            commonStateOffset = offset;
            touchOffset = Math.min(offset + Math.max(stateLength - Long.BYTES, 0), MAX_TOUCH_OFFSET);
        } else if (offset != commonStateOffset) {
            commonStateOffset = MIXED;
            touchOffset = 0;
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the table is closed");
        }
    }

    /**
     * Tells what the last {@link #findOrAdd} or {@link #findOrAddLong} did.
     *
     * @return whether the key is new.
     */
    public boolean wasAdded() {
        return added;
    }

    /**
     * Reads what a look-up of this key will read, so that the misses of a batch overlap.
     *
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to {@link #MAX_KEY_LENGTH}.
     * @return what was read; the caller has to do something with it, such as to add it up in a field, or the compiler
     *         leaves the reading out.
     */
    public long prefetch(final DirectBuffer key, final int offset, final int length) {
        return touch(KeyBytes.hash(KeyBytes.base(key, length), KeyBytes.address(key, offset, length), length));
    }

    /**
     * Reads what a look-up of this key will read, so that the misses of a batch overlap.
     *
     * @param key of 8 bytes.
     * @return what was read; the caller has to do something with it, such as to add it up in a field, or the compiler
     *         leaves the reading out.
     */
    public long prefetchLong(final long key) {
        return touch(KeyBytes.hash(key));
    }

    /**
     * Hashes a key for {@link #prefetch(int[], int)}.
     *
     * @param key    buffer that holds the key, may be null when the key is empty.
     * @param offset at which the key begins.
     * @param length of the key in bytes, 0 to {@link #MAX_KEY_LENGTH}.
     * @return the hash, any 32 bits; that of {@link #hashLong} when the key has 8 bytes.
     */
    public static int hash(final DirectBuffer key, final int offset, final int length) {
        return KeyBytes.hash(KeyBytes.base(key, length), KeyBytes.address(key, offset, length), length);
    }

    /**
     * Hashes a key of 8 bytes for {@link #prefetch(int[], int)}.
     *
     * @param key the bytes as a little-endian number.
     * @return the hash, any 32 bits.
     */
    public static int hashLong(final long key) {
        return KeyBytes.hash(key);
    }

    /**
     * Reads what look-ups of many keys will read, so that their misses overlap: first all slots, then all entries. A
     * processor looks ahead over some hundred instructions only, and so it has more of them under way than when slot and
     * entry of one key are read one after the other.
     *
     * @param hashes of the keys.
     * @param count  of the keys; 64 is a good number.
     * @return what was read; the caller has to do something with it, such as to add it up in a field, or the compiler
     *         leaves the reading out.
     */
    public long prefetch(final int[] hashes, final int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += index.value(index.home(hashes[i]));
        }
        for (int i = 0; i < count; i++) {
            sum += touch(hashes[i]);
        }
        return sum;
    }

    /** A free slot leads to page 0, whose address is readable at any time. */
    private long touch(final int hash) {
        final int value = index.firstValue(index.home(hash), hash);
        final long entry = pages.address(Math.max(index.unit(value), 0));
        return UnsafeApi.getLong(null, entry) + UnsafeApi.getLong(null, entry + touchOffset);
    }

    /**
     * To be called before the state of an entry is written, unless {@link #findOrAdd} has found it for the same record: a
     * checkpoint that needs its bytes as they are takes them now.
     *
     * @param entry of this table.
     */
    public void change(final long entry) {
        if (blocks.cleanCount != 0) {
            pages.change(entry, pages.entryLength(pages.keyLength(entry)));
        }
    }

    /**
     * The memory that holds an entry.
     *
     * @param entry of this table.
     * @return the buffer that the offsets of this entry refer to; the same one until the table is cleared.
     */
    public MutableDirectBuffer buffer(final long entry) {
        return pages.buffers[EntryPages.pageOf(entry)];
    }

    /**
     * Where an entry's state begins.
     *
     * @param entry of this table.
     * @return index in {@link #buffer}, a multiple of 8.
     */
    public int stateOffset(final long entry) {
        final int common = commonStateOffset;
        return EntryPages.offsetOf(entry) + (common == MIXED ? EntryPages.stateOffset(pages.keyLength(entry)) : common);
    }

    /**
     * Address of an entry's state, for those who read several fields of it.
     *
     * @param entry of this table; nobody checks that it is one.
     * @return address, a multiple of 8; valid until the table is cleared.
     */
    public long stateAddress(final long entry) {
        return pages.addresses[EntryPages.pageOf(entry)] + stateOffset(entry);
    }

    /**
     * Where an entry's key begins.
     *
     * @param entry of this table.
     * @return index in {@link #buffer}, a multiple of 8.
     */
    public int keyOffset(final long entry) {
        return EntryPages.offsetOf(entry) + EntryPages.KEY_OFFSET;
    }

    /**
     * How long an entry's key is.
     *
     * @param entry of this table.
     * @return bytes.
     */
    public int keyLength(final long entry) {
        return pages.keyLength(entry);
    }

    /**
     * Size of an entry's state.
     *
     * @return bytes, a multiple of 8.
     */
    public int stateLength() {
        return stateLength;
    }

    /** Whether a number is an entry, or looks like one because it stands inside of one. */
    boolean contains(final long entry) {
        return (entry & Long.BYTES - 1) == 0 && pages.isLive(entry);
    }

    /**
     * Removes a key. The memory of the entry goes to the next key of its length, or back when its page is empty.
     *
     * @param entry of this table.
     * @throws IllegalArgumentException if there is no such entry.
     */
    public void remove(final long entry) {
        if (!contains(entry)) {
            throw new IllegalArgumentException("not an entry of this table: " + entry);
        }
        index.remove(pages.hash(entry), EntryPages.unitOf(entry));
        pages.free(entry, pages.entryLength(pages.keyLength(entry)));
        size--;
        if (index.shrink(size)) {
            memory.trim();
        }
    }

    /**
     * The first entry of a walk over all entries. Keys may be added during a walk; whether it meets them is a function
     * of the operations, as its order is.
     *
     * @return an entry, -1 if the table is empty.
     */
    public long first() {
        return pages.seek(0, 0);
    }

    /**
     * The entry that follows.
     *
     * @param entry to go on from; it may have been removed since the walk came to it, unless keys were added after that.
     * @return an entry, -1 after the last.
     */
    public long next(final long entry) {
        return pages.next(entry);
    }

    /**
     * Number of keys.
     *
     * @return entries in the table.
     */
    public int size() {
        return size;
    }

    /**
     * Tells whether there is no key.
     *
     * @return whether {@link #size()} is 0.
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Memory that the table has taken out of the budget.
     *
     * @return bytes of pages and index.
     */
    public long bytesInUse() {
        return pages.bytes + index.bytes();
    }

    /**
     * Writes all entries. For a checkpoint, writes what is small, and the entries go to its {@link BlockSink}.
     *
     * @param writer to write with.
     */
    public void snapshot(final StateWriter writer) {
        writer.writeInt(writer.isCheckpoint() ? CHECKPOINT_FORMAT : SNAPSHOT_FORMAT);
        writer.writeInt(stateLength);
        EntrySnapshot.ofKeys(pages, writer.isCheckpoint()).write(writer);
    }

    /**
     * Replaces all entries by those of a snapshot. From then on this table answers, walks and uses its memory as the one
     * that was written: its entries are the same numbers.
     *
     * @param reader that stands where the snapshot begins.
     * @throws io.millrace.log.error.MillraceException CORRUPT if it is damaged or of a table with another length of the
     *                                                 state, STATE_BUDGET if there is no memory for it; the table is
     *                                                 empty then.
     */
    public void restore(final StateReader reader) {
        checkOpen();
        clear();
        try {
            final boolean isCheckpoint = reader.blocks() != null;
            final int format = isCheckpoint ? CHECKPOINT_FORMAT : SNAPSHOT_FORMAT;
            reader.check(reader.readInt() == format, "not a table of keys");
            final int length = reader.readInt();
            if (length != stateLength) {
                throw reader.corrupt("the state of a key has " + length + " bytes, this table's has " + stateLength);
            }
            final int restored = EntrySnapshot.ofKeys(pages, isCheckpoint).read(reader);
            index.restore(restored);
            size = restored;
            final long first = first();
            for (long entry = first; entry >= 0; entry = next(entry)) {
                noteStateOffset(keyLength(entry), entry == first);
            }
        } catch (final RuntimeException e) {
            clear();
            throw e;
        }
    }

    /** Forgets all keys and gives the memory back. */
    public void clear() {
        index.clear(size);
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
        return "KeyedTable[keys=" + size + " bytes=" + bytesInUse() + "]";
    }
}
