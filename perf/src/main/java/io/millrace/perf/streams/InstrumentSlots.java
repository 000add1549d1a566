package io.millrace.perf.streams;

/** Dense numbers for instruments, as one would give them by hand: open addressing with linear steps, half full at most. */
final class InstrumentSlots {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final long[] instrumentIds;
    private final int hashShift;

    InstrumentSlots(final int keys) {
        instrumentIds = new long[Integer.highestOneBit(keys * 2 - 1) * 2];
        hashShift = Long.SIZE - Integer.numberOfTrailingZeros(instrumentIds.length);
    }

    int count() {
        return instrumentIds.length;
    }

    /** A slot is free when its instrument is 0, which is nobody's number. */
    int find(final long instrumentId) {
        int slot = (int) (instrumentId * GOLDEN_RATIO >>> hashShift);
        while (instrumentIds[slot] != instrumentId) {
            if (instrumentIds[slot] == 0) {
                instrumentIds[slot] = instrumentId;
                return slot;
            }
            slot = slot + 1 & instrumentIds.length - 1;
        }
        return slot;
    }
}
