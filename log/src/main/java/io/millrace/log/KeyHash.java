package io.millrace.log;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Spreads keys over partitions exactly as Kafka's default partitioner does, so that the same key lands in the same
 * partition whichever client sends it.
 *
 * <p>The hash is MurmurHash2, 32 bits, by Austin Appleby (public domain), with Kafka's seed.
 */
public final class KeyHash {
    /** Names the function in a topic's file: every program that partitions by key reads it there. */
    public static final String ID = "murmur2";

    private static final int SEED = 0x9747b28c;
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;

    private KeyHash() {}

    /**
     * Hashes bytes.
     *
     * @param buffer that holds them, may be null when there are none.
     * @param offset of the first byte.
     * @param length number of bytes.
     * @return the hash, any 32 bits.
     */
    public static int murmur2(final DirectBuffer buffer, final int offset, final int length) {
        int hash = SEED ^ length;
        final int tail = length & -Integer.BYTES;
        for (int i = 0; i < tail; i += Integer.BYTES) {
            int word = buffer.getInt(offset + i, LITTLE_ENDIAN) * MULTIPLIER;
            word ^= word >>> SHIFT;
            hash = hash * MULTIPLIER ^ word * MULTIPLIER;
        }
        if (tail < length) {
            for (int i = length - 1; i >= tail; i--) {
                hash ^= (buffer.getByte(offset + i) & 0xFF) << (Byte.SIZE * (i - tail));
            }
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> 13;
        hash *= MULTIPLIER;
        return hash ^ hash >>> 15;
    }

    /**
     * Chooses the partition of a key.
     *
     * @param key            buffer that holds the key, may be null when it is empty.
     * @param offset         of the key in the buffer.
     * @param length         of the key in bytes.
     * @param partitionCount number of partitions, greater than 0.
     * @return index from 0 to {@code partitionCount - 1}.
     */
    public static int partition(final DirectBuffer key, final int offset, final int length, final int partitionCount) {
        return (murmur2(key, offset, length) & 0x7fffffff) % partitionCount;
    }
}
