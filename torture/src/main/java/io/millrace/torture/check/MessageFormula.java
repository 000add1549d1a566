package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The records that publishers of a network run send: each can be told from its bytes alone, and verified by them.
 *
 * @param client    number of the publisher.
 * @param life      of the publisher that made it.
 * @param partition of the topic.
 * @param sequence  in the partition.
 */
record MessageFormula(int client, int life, int partition, long sequence) {
    private static final int HEADER_LENGTH = 24;
    private static final int KEY_LENGTH = 8;
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    /** Reads who made a record; null when it is too short to say. */
    static MessageFormula of(final byte[] value) {
        if (value.length < HEADER_LENGTH) {
            return null;
        }
        final ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        return new MessageFormula(buffer.getInt(0), buffer.getInt(4), buffer.getInt(8), buffer.getLong(16));
    }

    /** Whether the bytes are those that this record has. */
    boolean makes(final byte[] key, final byte[] value) {
        final long seed = mix(mix(mix(mix(client) + life) + partition) + sequence);
        if (key.length != KEY_LENGTH
                || ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).getLong() != seed
                || value.length != valueLength(seed)) {
            return false;
        }
        final ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt(12) != value.length) {
            return false;
        }
        long state = seed;
        for (int i = HEADER_LENGTH; i < value.length; i += Long.BYTES) {
            state = mix(state);
            for (int j = i; j < Math.min(value.length, i + Long.BYTES); j++) {
                if (value[j] != (byte) (state >>> ((j - i) * Byte.SIZE))) {
                    return false;
                }
            }
        }
        return true;
    }

    static int checksum(final byte[] key, final byte[] value) {
        final CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value);
        return (int) crc.getValue();
    }

    // One in 256 does not fit into a datagram of 1,408 bytes, or of 8 KiB.
    private static int valueLength(final long seed) {
        final int length = (int) (seed >>> 8 & 0xFF);
        return HEADER_LENGTH + ((seed & 0xFF) == 0 ? 1_000 + length * 64 : length);
    }

    private static long mix(final long value) {
        long z = value + GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
