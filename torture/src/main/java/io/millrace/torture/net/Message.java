package io.millrace.torture.net;

import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes the records of a network run by the formula of README.md. One thread. */
public final class Message {
    private static final int HEADER_LENGTH = 24;
    private static final int MAX_VALUE_LENGTH = HEADER_LENGTH + 1_000 + 255 * 64;
    private static final int KEY_LENGTH = Long.BYTES;

    private final byte[] bytes = new byte[KEY_LENGTH + MAX_VALUE_LENGTH + Long.BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();
    private int valueLength;

    /** Creates an empty message. */
    public Message() {}

    /**
     * Makes a record: the key lies in front of the value.
     *
     * @param client    number of the publisher.
     * @param life      number of its life.
     * @param partition of the topic.
     * @param sequence  in the partition.
     */
    public void make(final int client, final int life, final int partition, final long sequence) {
        final long seed = mix(mix(mix(mix(client) + life) + partition) + sequence);
        final int length = (int) (seed >>> Byte.SIZE & 0xFF);
        valueLength = HEADER_LENGTH + ((seed & 0xFF) == 0 ? 1_000 + length * 64 : length);
        buffer.putLong(0, seed, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(KEY_LENGTH, client, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(KEY_LENGTH + 4, life, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(KEY_LENGTH + 8, partition, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(KEY_LENGTH + 12, valueLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(KEY_LENGTH + 16, sequence, ByteOrder.LITTLE_ENDIAN);
        long state = seed;
        for (int i = HEADER_LENGTH; i < valueLength; i += Long.BYTES) {
            state = mix(state);
            buffer.putLong(KEY_LENGTH + i, state, ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * The bytes: key, then value.
     *
     * @return buffer of this message.
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * How long the key is.
     *
     * @return bytes.
     */
    public int keyLength() {
        return KEY_LENGTH;
    }

    /**
     * How long the value is.
     *
     * @return bytes.
     */
    public int valueLength() {
        return valueLength;
    }

    /**
     * Checksum of key and value.
     *
     * @return CRC32C.
     */
    public int checksum() {
        crc.reset();
        crc.update(bytes, 0, KEY_LENGTH + valueLength);
        return (int) crc.getValue();
    }

    private static long mix(final long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
