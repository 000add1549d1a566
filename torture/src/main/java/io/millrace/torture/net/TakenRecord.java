package io.millrace.torture.net;

import io.millrace.log.record.RecordFlyweight;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** What a record says of itself, and the checksum of its bytes, for the history of whoever takes it. One thread. */
public final class TakenRecord {
    private static final int SEQUENCE_OFFSET = 16;
    private static final int HEADER_LENGTH = 24;

    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[1024];
    private long sequence;
    private int client;

    /** Creates one that knows no record yet. */
    public TakenRecord() {}

    /**
     * Looks at a record.
     *
     * @param record that was handed out; not kept.
     * @return this.
     */
    public TakenRecord of(final RecordFlyweight record) {
        final int length = record.keyLength() + record.valueLength();
        if (bytes.length < length) {
            bytes = new byte[length * 2];
        }
        record.buffer().getBytes(record.keyOffset(), bytes, 0, record.keyLength());
        record.buffer().getBytes(record.valueOffset(), bytes, record.keyLength(), record.valueLength());
        crc.reset();
        crc.update(bytes, 0, length);
        final boolean isWhole = record.valueLength() >= HEADER_LENGTH;
        sequence =
                isWhole ? record.buffer().getLong(record.valueOffset() + SEQUENCE_OFFSET, ByteOrder.LITTLE_ENDIAN) : -1;
        client = isWhole ? record.buffer().getInt(record.valueOffset(), ByteOrder.LITTLE_ENDIAN) : -1;
        return this;
    }

    /**
     * Number of the record in its partition, as the publisher has counted.
     *
     * @return sequence, -1 when the record is too short to say.
     */
    public long sequence() {
        return sequence;
    }

    /**
     * Number of the publisher.
     *
     * @return number, -1 when the record is too short to say.
     */
    public int client() {
        return client;
    }

    /**
     * Checksum of key and value.
     *
     * @return CRC32C.
     */
    public int checksum() {
        return (int) crc.getValue();
    }
}
