package io.millrace.operators.state;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import org.agrona.UnsafeApi;

/**
 * Finds entries by the hash of their keys: a table of 32-bit slots with open addressing and linear probing.
 *
 * <pre>
 *   slot:  0 = free, otherwise  low bits of the hash &lt;&lt; referenceBits | unit of the entry + 1
 * </pre>
 *
 * <p>The upper bits of the hash choose the slot at which the search begins. The bits of a slot that no reference needs
 * hold lower bits of the hash, so that an entry of another key is hardly ever looked at: while the index has room for a
 * million references, ten bits are left. A slot that is freed is filled with what lies behind it and belongs before it
 * (Knuth, The Art of Computer Programming, volume 3, 6.4, algorithm R), so searches stay as short as if the removed key
 * had never been there.
 */
final class KeyIndex {
    private static final int SLOT_SHIFT = 2;
    private static final int MIN_SLOTS = 16;
    private static final int MAX_SLOTS = 1 << 30;
    private static final int MIN_REFERENCE_BITS = 16;
    private static final int MAX_REFERENCE_BITS = 31;

    /**
     * Up to this size an index is filled to a quarter, beyond to three quarters: a small one lies in the caches anyway, and
     * what its searches cost is the branch that nobody can predict.
     */
    private static final int SPACIOUS_SLOTS = 1 << 16;

    /** An index this much larger than its keys need is made smaller. */
    private static final int SPARSE_SHIFT = 5;

    private static final int SPARSE_SLOTS = 1024;

    long address = StateMemory.ZEROS;
    int mask;
    int shift = Integer.SIZE - 1;
    int referenceBits = MIN_REFERENCE_BITS;
    int referenceMask = (1 << MIN_REFERENCE_BITS) - 1;

    private final StateMemory memory;
    private final String owner;
    private final EntryPages pages;
    private int slots;
    private int limit;
    private int firstSlots = MIN_SLOTS;
    private long firstUnits;

    KeyIndex(final StateMemory memory, final String owner, final EntryPages pages) {
        this.memory = memory;
        this.owner = owner;
        this.pages = pages;
    }

    int home(final int hash) {
        return hash >>> shift & mask;
    }

    int value(final int slot) {
        return UnsafeApi.getInt(null, address + ((long) slot << SLOT_SHIFT));
    }

    private void value(final int slot, final int value) {
        UnsafeApi.putInt(null, address + ((long) slot << SLOT_SHIFT), value);
    }

    /**
     * The first two slots of a search in one load: the one that may hold a key of this hash, or the second. Written so
     * that it compiles without a branch, because which of the two it is cannot be predicted. Behind the last slot lies
     * one that is always free.
     */
    int firstValue(final int slot, final int hash) {
        final long pair = UnsafeApi.getLong(null, address + ((long) slot << SLOT_SHIFT));
        final int first = (int) pair;
        final int second = (int) (pair >>> Integer.SIZE);
        final int different = (first ^ hash << referenceBits) & ~referenceMask;
        return first ^ (first ^ second) & (different | -different) >> Integer.SIZE - 1;
    }

    /** Whether a slot may hold a key of this hash; a free one seems to, for some. */
    boolean mayHold(final int value, final int hash) {
        return ((value ^ hash << referenceBits) & ~referenceMask) == 0;
    }

    int unit(final int value) {
        return (value & referenceMask) - 1;
    }

    /** Makes room for one more key; true if slots were moved for it. When it throws, the index is what it was. */
    boolean ensureRoom(final int size) {
        final boolean isFull = size >= limit;
        if (isFull) {
            if (slots == MAX_SLOTS) {
                throw new MillraceException(
                        ErrorCode.STATE_BUDGET,
                        "one table of keys takes " + size + " keys: operator=" + owner
                                + "; spread the keys over more partitions");
            }
            if (slots == 0) {
                begin();
            } else {
                resize(slots * 2);
            }
        }
        return isFull;
    }

    private void begin() {
        if (firstSlots > MIN_SLOTS) {
            try {
                resize(firstSlots);
                return;
            } catch (final MillraceException e) {
                // No room for as many keys as before; there may be less of them.
                firstSlots = MIN_SLOTS;
                firstUnits = 0;
            }
        }
        resize(MIN_SLOTS);
    }

    /** Builds the index for the entries that the pages have; it is empty before. */
    void restore(final int size) {
        if (size > 0) {
            resize(slotsFor(size));
        }
    }

    private static int slotsFor(final int size) {
        int slots = MIN_SLOTS;
        while (slots < MAX_SLOTS && size > limitOf(slots)) {
            slots *= 2;
        }
        return slots;
    }

    private static int limitOf(final int slots) {
        return slots <= SPACIOUS_SLOTS ? slots >>> 2 : slots - (slots >>> 2);
    }

    private void resize(final int newSlots) {
        final long units = Math.max(slots == 0 ? firstUnits : 0, 2L * pages.unitLimit());
        address = memory.reallocateBytes(slots == 0 ? 0 : address, bytes(slots), bytes(newSlots), owner);
        slots = newSlots;
        mask = newSlots - 1;
        shift = Integer.SIZE - Integer.numberOfTrailingZeros(newSlots);
        limit = limitOf(newSlots);
        // Wide enough for twice the entries, so that the next time to widen the references is that of more slots too.
        referenceBits(MIN_REFERENCE_BITS);
        widenTo(units);
        rebuild();
    }

    /** Fills the index anew from the entries and the hashes stored in them. */
    void rebuild() {
        UnsafeApi.setMemory(address, bytes(slots), (byte) 0);
        for (long entry = pages.seek(0, 0); entry >= 0; entry = pages.next(entry)) {
            put(pages.hash(entry), EntryPages.unitOf(entry));
        }
    }

    /** Adds an entry in the slot that {@link #vacantSlot} finds for it, or the search that has not found its key. */
    void add(final int slot, final int hash, final int unit) {
        if (unit >= referenceMask) {
            widenTo(unit + 1L);
            // The entry is in its page already, so this puts it into the index too.
            rebuild();
        } else {
            value(slot, hash << referenceBits | unit + 1);
        }
    }

    private void widenTo(final long units) {
        while (units > referenceMask && referenceBits < MAX_REFERENCE_BITS) {
            referenceBits(referenceBits + 1);
        }
    }

    private void referenceBits(final int bits) {
        referenceBits = bits;
        referenceMask = (int) ((1L << bits) - 1);
    }

    private void put(final int hash, final int unit) {
        value(vacantSlot(hash), hash << referenceBits | unit + 1);
    }

    /** Where a search for a key that is not in the table ends. */
    int vacantSlot(final int hash) {
        int slot = home(hash);
        while (value(slot) != 0) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Forgets an entry that is still in its page. */
    void remove(final int hash, final int unit) {
        int hole = home(hash);
        while (unit(value(hole)) != unit) {
            if (value(hole) == 0) {
                throw new IllegalArgumentException("not an entry of this table: operator=" + owner);
            }
            hole = hole + 1 & mask;
        }
        int slot = hole + 1 & mask;
        int value = value(slot);
        while (value != 0) {
            final int home = home(pages.hash((long) unit(value) << EntryPages.UNIT_SHIFT));
            // It may move to the hole unless its search begins behind the hole.
            if ((slot - home & mask) >= (slot - hole & mask)) {
                value(hole, value);
                hole = slot;
            }
            slot = slot + 1 & mask;
            value = value(slot);
        }
        value(hole, 0);
    }

    /** Gives memory back after many keys were removed; true if there was some to give. */
    boolean shrink(final int size) {
        final boolean isSparse = slots > SPARSE_SLOTS && size < slots >>> SPARSE_SHIFT;
        if (isSparse) {
            resize(slots >>> 2);
        }
        return isSparse;
    }

    long bytes() {
        return bytes(slots);
    }

    private static long bytes(final int slots) {
        return slots == 0 ? 0 : slots + 1L << SLOT_SHIFT;
    }

    /**
     * Empties the index. The next one begins with room for as many keys in as many pages, so that it is built once and not
     * again and again as it grows.
     */
    void clear(final int size) {
        if (slots > 0) {
            memory.freeBytes(address, bytes());
        }
        address = StateMemory.ZEROS;
        slots = 0;
        mask = 0;
        limit = 0;
        shift = Integer.SIZE - 1;
        referenceBits(MIN_REFERENCE_BITS);
        firstSlots = slotsFor(size);
        firstUnits = pages.unitLimit();
    }
}
