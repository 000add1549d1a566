package io.millrace.perf.streams;

/**
 * Sums by instrument as one would write them by hand for a known number of instruments: open addressing with linear steps in
 * one array of longs, half full at most, each slot 32 bytes that never cross a cache line.
 */
final class VwapTable {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    private static final int SLOT_SHIFT = 2;

    /** The elements of an array begin 16 bytes behind its start, and a large one starts at a multiple of 32. */
    private static final int FIRST_SLOT = 2;

    private final long[] words;
    private final int slots;
    private final int hashShift;

    VwapTable(final int keys) {
        slots = Integer.highestOneBit(keys * 2 - 1) * 2;
        hashShift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
        words = new long[FIRST_SLOT + (slots << SLOT_SHIFT)];
    }

    void add(final long instrumentId, final long price, final long quantity) {
        final int at = find(instrumentId);
        words[at + 1]++;
        words[at + 2] += quantity;
        words[at + 3] += price * quantity;
    }

    /** A slot is free when its instrument is 0, which is nobody's number. */
    private int find(final long instrumentId) {
        int slot = (int) (instrumentId * GOLDEN_RATIO >>> hashShift);
        while (true) {
            final int at = FIRST_SLOT + (slot << SLOT_SHIFT);
            if (words[at] == instrumentId) {
                return at;
            }
            if (words[at] == 0) {
                words[at] = instrumentId;
                return at;
            }
            slot = slot + 1 & slots - 1;
        }
    }

    /** Where the sums of an instrument are. */
    int slotOf(final long instrumentId) {
        return find(instrumentId) - FIRST_SLOT >> SLOT_SHIFT;
    }

    int slots() {
        return slots;
    }

    long instrumentId(final int slot) {
        return words[FIRST_SLOT + (slot << SLOT_SHIFT)];
    }

    long count(final int slot) {
        return words[FIRST_SLOT + (slot << SLOT_SHIFT) + 1];
    }

    long quantity(final int slot) {
        return words[FIRST_SLOT + (slot << SLOT_SHIFT) + 2];
    }

    long notional(final int slot) {
        return words[FIRST_SLOT + (slot << SLOT_SHIFT) + 3];
    }

    boolean isUsed(final int slot) {
        return instrumentId(slot) != 0;
    }

    /** Sets the sums of a slot to 0. */
    void reset(final int slot) {
        words[FIRST_SLOT + (slot << SLOT_SHIFT) + 1] = 0;
        words[FIRST_SLOT + (slot << SLOT_SHIFT) + 2] = 0;
        words[FIRST_SLOT + (slot << SLOT_SHIFT) + 3] = 0;
    }

    /** Resets a slot and frees it; only together with all others, since keys behind it would be lost. */
    void free(final int slot) {
        words[FIRST_SLOT + (slot << SLOT_SHIFT)] = 0;
        reset(slot);
    }
}
