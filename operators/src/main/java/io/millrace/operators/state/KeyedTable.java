package io.millrace.operators.state;

import io.millrace.log.KeyHash;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * State of a fixed size for each key of bytes.
 *
 * <p>Entries lie one after the other in one block of memory in the order in which their keys first came, and an open
 * addressing index of 32-bit slots finds them. So walking over the entries is a sequential scan in an order that is a
 * function of the input alone, whatever the hash is; a replay walks the same way.
 *
 * <pre>
 *   entry, 8-byte aligned:  0 int32 key length | 4 int32 hash | 8 key, padded to 8 | state, padded to 8
 *   index slot:             0 = free, otherwise (entry offset / 8) + 1
 * </pre>
 *
 * <p>Nothing is removed one by one, but for the entry added last: {@link #clear()} empties the table and keeps its memory for the next use. Used by
 * one thread.
 */
public final class KeyedTable {
    private static final int KEY_LENGTH_OFFSET = 0;
    private static final int HASH_OFFSET = 4;
    private static final int KEY_OFFSET = 8;
    private static final int ALIGNMENT = 8;
    private static final int INITIAL_SLOTS = 16;
    private static final int INITIAL_CAPACITY = 1024;
    private static final int MAX_CAPACITY = 1 << 30;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final int stateLength;
    private final UnsafeBuffer entries = new UnsafeBuffer(new byte[INITIAL_CAPACITY]);
    private int[] slots = new int[INITIAL_SLOTS];
    private int shift = Integer.SIZE - Integer.numberOfTrailingZeros(INITIAL_SLOTS);
    private int size;
    private int end;

    /**
     * Creates an empty table.
     *
     * @param stateLength size of an entry's state in bytes.
     */
    public KeyedTable(final int stateLength) {
        this.stateLength = BitUtil.align(stateLength, ALIGNMENT);
    }

    /**
     * Finds the entry of a key, or adds one whose state is all zero.
     *
     * @param key    buffer that holds the key.
     * @param offset at which the key begins.
     * @param length of the key in bytes.
     * @return the entry, to be given to the accessors; valid until {@link #clear()}.
     * @throws IllegalStateException if the table would grow beyond 1 GiB.
     */
    public int findOrAdd(final DirectBuffer key, final int offset, final int length) {
        final int hash = KeyHash.murmur2(key, offset, length);
        final int mask = slots.length - 1;
        int slot = (hash * GOLDEN_RATIO) >>> shift;
        while (slots[slot] != 0) {
            final int entry = (slots[slot] - 1) << 3;
            if (matches(entry, hash, key, offset, length)) {
                return entry;
            }
            slot = (slot + 1) & mask;
        }
        return add(slot, hash, key, offset, length);
    }

    private boolean matches(
            final int entry, final int hash, final DirectBuffer key, final int offset, final int length) {
        if (entries.getInt(entry + HASH_OFFSET) != hash || entries.getInt(entry + KEY_LENGTH_OFFSET) != length) {
            return false;
        }
        int i = 0;
        for (final int words = length & -ALIGNMENT; i < words; i += Long.BYTES) {
            if (entries.getLong(entry + KEY_OFFSET + i) != key.getLong(offset + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (entries.getByte(entry + KEY_OFFSET + i) != key.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    private int add(final int slot, final int hash, final DirectBuffer key, final int offset, final int length) {
        final int entry = end;
        final int entryLength = KEY_OFFSET + BitUtil.align(length, ALIGNMENT) + stateLength;
        ensureCapacity(entry + (long) entryLength);
        entries.setMemory(entry, entryLength, (byte) 0);
        entries.putInt(entry + KEY_LENGTH_OFFSET, length);
        entries.putInt(entry + HASH_OFFSET, hash);
        entries.putBytes(entry + KEY_OFFSET, key, offset, length);
        slots[slot] = (entry >>> 3) + 1;
        end = entry + entryLength;
        if (++size > slots.length / 2) {
            growIndex();
        }
        return entry;
    }

    private void ensureCapacity(final long required) {
        if (required <= entries.capacity()) {
            return;
        }
        if (required > MAX_CAPACITY) {
            throw new IllegalStateException("keyed state of one window is limited to " + MAX_CAPACITY
                    + " bytes, reached with " + size + " keys");
        }
        final byte[] larger = Arrays.copyOf(entries.byteArray(), BitUtil.findNextPositivePowerOfTwo((int) required));
        entries.wrap(larger);
    }

    private void growIndex() {
        slots = new int[slots.length * 2];
        shift--;
        final int mask = slots.length - 1;
        for (int entry = first(); entry < end; entry = next(entry)) {
            int slot = (entries.getInt(entry + HASH_OFFSET) * GOLDEN_RATIO) >>> shift;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = (entry >>> 3) + 1;
        }
    }

    /**
     * Takes back the entry that was added last.
     *
     * @param entry that the last call of {@link #findOrAdd} added.
     */
    public void undoAdd(final int entry) {
        final int mask = slots.length - 1;
        int slot = (entries.getInt(entry + HASH_OFFSET) * GOLDEN_RATIO) >>> shift;
        while (slots[slot] != (entry >>> 3) + 1) {
            slot = (slot + 1) & mask;
        }
        // No key was added after it, so no other key was looked for beyond this slot: it can be freed without a mark.
        slots[slot] = 0;
        size--;
        end = entry;
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
     * The memory that holds the entries. It is another one after the table has grown, so ask anew after each
     * {@link #findOrAdd}.
     *
     * @return the buffer that entry offsets refer to.
     */
    public MutableDirectBuffer buffer() {
        return entries;
    }

    /**
     * The entry whose key came first.
     *
     * @return an entry, equal to {@link #end()} if the table is empty.
     */
    public int first() {
        return 0;
    }

    /**
     * The entry whose key came next.
     *
     * @param entry to go on from.
     * @return an entry, or {@link #end()} after the last.
     */
    public int next(final int entry) {
        return stateOffset(entry) + stateLength;
    }

    /**
     * Where walking over the entries ends.
     *
     * @return the end of the last entry.
     */
    public int end() {
        return end;
    }

    /**
     * Where an entry's key begins.
     *
     * @param entry of this table.
     * @return index in {@link #buffer()}.
     */
    public int keyOffset(final int entry) {
        return entry + KEY_OFFSET;
    }

    /**
     * How long an entry's key is.
     *
     * @param entry of this table.
     * @return bytes.
     */
    public int keyLength(final int entry) {
        return entries.getInt(entry + KEY_LENGTH_OFFSET);
    }

    /**
     * Where an entry's state begins.
     *
     * @param entry of this table.
     * @return index in {@link #buffer()}, a multiple of 8.
     */
    public int stateOffset(final int entry) {
        return entry + KEY_OFFSET + BitUtil.align(entries.getInt(entry + KEY_LENGTH_OFFSET), ALIGNMENT);
    }

    /** Forgets all keys and keeps the memory. */
    public void clear() {
        Arrays.fill(slots, 0);
        size = 0;
        end = 0;
    }
}
