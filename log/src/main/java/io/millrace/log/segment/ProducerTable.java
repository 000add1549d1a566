package io.millrace.log.segment;

import java.util.Arrays;

/**
 * What a partition knows of its producers at one position: of each the epoch, the last sequence and where it is. One
 * thread. Allocates only when a producer is seen for the first time.
 *
 * <p>Open addressing over parallel arrays, at most half full. The slot used last is remembered: most partitions are written
 * by few producers, in runs.
 */
public final class ProducerTable {
    /** The sequence of a producer that has none yet. */
    public static final long NO_SEQUENCE = -1;

    private static final int INITIAL_CAPACITY = 8;
    private static final int NO_PRODUCER = 0;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private int[] ids = new int[INITIAL_CAPACITY];
    private int[] epochs = new int[INITIAL_CAPACITY];
    private long[] sequences = new long[INITIAL_CAPACITY];
    private long[] positions = new long[INITIAL_CAPACITY];
    private int shift = Integer.SIZE - Integer.numberOfTrailingZeros(INITIAL_CAPACITY);
    private int lastSlot;
    private int size;

    /** Creates an empty table. */
    public ProducerTable() {}

    /** Shown the producers of a table. */
    public interface Visitor {
        /**
         * Called for each producer, in no particular order.
         *
         * @param producerId   not 0.
         * @param epoch        0 or more.
         * @param lastSequence or {@link #NO_SEQUENCE}.
         * @param lastPosition of the record with the last sequence, or of the record that began the epoch where that came later.
         */
        void onProducer(int producerId, int epoch, long lastSequence, long lastPosition);
    }

    /**
     * Takes a record of a producer.
     *
     * @param producerId not 0.
     * @param sequence   of the record.
     * @param position   of the record.
     */
    public void onRecord(final int producerId, final long sequence, final long position) {
        final int slot = slotOf(producerId);
        sequences[slot] = sequence;
        positions[slot] = position;
    }

    /**
     * Takes a record that begins an epoch.
     *
     * @param producerId not 0.
     * @param epoch      that begins.
     * @param position   of the record.
     */
    public void onEpoch(final int producerId, final int epoch, final long position) {
        final int slot = slotOf(producerId);
        epochs[slot] = epoch;
        positions[slot] = position;
    }

    void put(final int producerId, final int epoch, final long sequence, final long position) {
        final int slot = slotOf(producerId);
        epochs[slot] = epoch;
        sequences[slot] = sequence;
        positions[slot] = position;
    }

    /**
     * Tells the epoch of a producer.
     *
     * @param producerId not 0.
     * @return epoch, 0 when none was begun.
     */
    public int epoch(final int producerId) {
        final int slot = find(producerId);
        return ids[slot] == producerId ? epochs[slot] : 0;
    }

    /**
     * Tells the last sequence of a producer.
     *
     * @param producerId not 0.
     * @return sequence, {@link #NO_SEQUENCE} when there is none.
     */
    public long lastSequence(final int producerId) {
        final int slot = find(producerId);
        return ids[slot] == producerId ? sequences[slot] : NO_SEQUENCE;
    }

    /**
     * Tells where the last record of a producer is.
     *
     * @param producerId not 0.
     * @return position of the record with its last sequence, or of the one that began its epoch where that came later; 0 when there
     *         is none.
     */
    public long lastPosition(final int producerId) {
        final int slot = find(producerId);
        return ids[slot] == producerId ? positions[slot] : 0;
    }

    /**
     * Counts the producers.
     *
     * @return number of producers.
     */
    public int size() {
        return size;
    }

    /**
     * Shows all producers.
     *
     * @param visitor called for each.
     */
    public void forEach(final Visitor visitor) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != NO_PRODUCER) {
                visitor.onProducer(ids[i], epochs[i], sequences[i], positions[i]);
            }
        }
    }

    /** Forgets all producers. */
    public void clear() {
        Arrays.fill(ids, NO_PRODUCER);
        size = 0;
    }

    /**
     * Becomes a copy of another table.
     *
     * @param other to copy.
     */
    public void set(final ProducerTable other) {
        clear();
        other.forEach(this::put);
    }

    /** The producer's slot, a new one where it is not known. */
    private int slotOf(final int producerId) {
        // The last one first: then there is nothing to compute.
        if (ids[lastSlot] == producerId) {
            return lastSlot;
        }
        int slot = find(producerId);
        if (ids[slot] != producerId) {
            slot = add(slot, producerId);
        }
        lastSlot = slot;
        return slot;
    }

    private int add(final int freeSlot, final int producerId) {
        int slot = freeSlot;
        if (size >= ids.length / 2) {
            grow();
            slot = find(producerId);
        }
        ids[slot] = producerId;
        epochs[slot] = 0;
        sequences[slot] = NO_SEQUENCE;
        positions[slot] = 0;
        size++;
        return slot;
    }

    /** The producer's slot, or the free one where it would be. */
    private int find(final int producerId) {
        final int mask = ids.length - 1;
        int slot = producerId * GOLDEN_RATIO >>> shift;
        while (ids[slot] != producerId && ids[slot] != NO_PRODUCER) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        final int[] oldIds = ids;
        final int[] oldEpochs = epochs;
        final long[] oldSequences = sequences;
        final long[] oldPositions = positions;
        final int capacity = oldIds.length * 2;
        ids = new int[capacity];
        epochs = new int[capacity];
        sequences = new long[capacity];
        positions = new long[capacity];
        shift--;
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != NO_PRODUCER) {
                final int slot = find(oldIds[i]);
                ids[slot] = oldIds[i];
                epochs[slot] = oldEpochs[i];
                sequences[slot] = oldSequences[i];
                positions[slot] = oldPositions[i];
            }
        }
    }

    @Override
    public String toString() {
        return "ProducerTable{size=" + size + '}';
    }
}
