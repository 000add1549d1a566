package io.millrace.log.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Layout of one record. Little-endian; a record starts at a multiple of {@link #ALIGNMENT} and its length is rounded
 * up to one on disk. The same layout is the composite {@code recordHeader} of {@code millrace-log.xml}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  0                    Length (the commit word)                   |
 *  +---------------------------------------------------------------+
 *  4                            CRC32C                             |
 *  +---------------+---------------+-------------------------------+
 *  8     Kind      |     Flags     |          Key length           |
 *  +---------------+---------------+-------------------------------+
 * 12                          Producer id                          |
 *  +---------------------------------------------------------------+
 * 16                                                               |
 *  +                    Event time (ns since epoch)                +
 * 20                                                               |
 *  +---------------------------------------------------------------+
 * 24                                                               |
 *  +                     Log time (ns since epoch)                 +
 * 28                                                               |
 *  +---------------------------------------------------------------+
 * 32                                                               |
 *  +                      Producer's sequence                      +
 * 36                                                               |
 *  +---------------------------------------------------------------+
 * 40                 Key bytes, then value bytes                  ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <ul>
 *   <li><b>Length</b>: 0 free; negative: claimed, not yet committed; positive: committed. Header and payload, without
 *       the bytes that fill up to the alignment. It is the first word of a record to be written and the last to be
 *       made positive, so nothing but zeros lies at a place whose length is 0 until the next record's length. In a
 *       batch the first record's word stands for all of it until the commit.
 *   <li><b>CRC32C</b>: 0 = not yet filled. What it covers is said in {@link RecordChecksum}.
 *   <li><b>Kind</b>: see {@link RecordKind}. <b>Flags</b>: {@link #MORE_FLAG}, others 0.
 *   <li><b>Key length</b>: unsigned 16 bits.
 *   <li><b>Producer id</b>: 0 = no producer; then the sequence is 0 and means nothing.
 *   <li><b>Log time</b>: given at append. The partition's clock at a position is the running maximum.
 *   <li>In padding only length and kind mean anything.
 * </ul>
 */
public final class RecordDescriptor {
    /** Records start at multiples of this many bytes. */
    public static final int ALIGNMENT = 8;

    /** Offset of the length, which is the commit word. */
    public static final int LENGTH_OFFSET = 0;

    /** Offset of the checksum slot. */
    public static final int CRC_OFFSET = 4;

    /** Offset of the kind. */
    public static final int KIND_OFFSET = 8;

    /** Offset of the flags. */
    public static final int FLAGS_OFFSET = 9;

    /** Flag: the next record belongs to the same batch, so that no cut may fall between the two. */
    public static final byte MORE_FLAG = 1;

    /** Offset of the key's length. */
    public static final int KEY_LENGTH_OFFSET = 10;

    /** Offset of the producer id. */
    public static final int PRODUCER_ID_OFFSET = 12;

    /** Offset of the event time. */
    public static final int EVENT_TIME_OFFSET = 16;

    /** Offset of the log time. */
    public static final int LOG_TIME_OFFSET = 24;

    /** Offset of the producer's sequence. */
    public static final int SEQUENCE_OFFSET = 32;

    /** Length of the header in bytes; key bytes start here. */
    public static final int HEADER_LENGTH = 40;

    /** Longest key in bytes. */
    public static final int MAX_KEY_LENGTH = 0xFFFF;

    /** Longest record in any topic, header included, in bytes. */
    public static final int MAX_RECORD_LENGTH = 16 * 1024 * 1024;

    private RecordDescriptor() {}

    /**
     * Rounds a record's length up to what it takes in the segment.
     *
     * @param length in bytes, not negative.
     * @return the next multiple of {@link #ALIGNMENT}.
     */
    public static int align(final int length) {
        return (length + (ALIGNMENT - 1)) & -ALIGNMENT;
    }

    /**
     * Tells the longest record that fits a topic with segments of the given length.
     *
     * @param segmentLength in bytes.
     * @return bytes, header included: a quarter of the segment, at most {@link #MAX_RECORD_LENGTH}.
     */
    public static int maxRecordLength(final int segmentLength) {
        return Math.min(MAX_RECORD_LENGTH, segmentLength / 4);
    }

    /**
     * Writes all fields of a header but the length and the checksum.
     *
     * @param buffer      that holds the record.
     * @param offset      of the record in the buffer.
     * @param kind        of the record.
     * @param keyLength   in bytes, at most {@link #MAX_KEY_LENGTH}.
     * @param producerId  or 0.
     * @param eventTimeNs since the epoch.
     * @param logTimeNs   since the epoch.
     * @param sequence    of the producer, or 0.
     */
    public static void putHeader(
            final MutableDirectBuffer buffer,
            final int offset,
            final byte kind,
            final int keyLength,
            final int producerId,
            final long eventTimeNs,
            final long logTimeNs,
            final long sequence) {
        buffer.putLong(offset + KIND_OFFSET, kindWord(kind, keyLength, producerId), LITTLE_ENDIAN);
        buffer.putLong(offset + EVENT_TIME_OFFSET, eventTimeNs, LITTLE_ENDIAN);
        buffer.putLong(offset + LOG_TIME_OFFSET, logTimeNs, LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    /** Kind, flags (0), key length and producer id are neighbours: one store instead of four. */
    static long kindWord(final byte kind, final int keyLength, final int producerId) {
        return ((long) producerId << 32) | ((long) keyLength << 16) | (kind & 0xFFL);
    }

    /**
     * Finds the kind in the bytes 8 to 15 of a record.
     *
     * @param kindWord those bytes.
     * @return the kind.
     */
    public static byte kindOf(final long kindWord) {
        return (byte) kindWord;
    }

    /**
     * Finds the key's length in the bytes 8 to 15 of a record.
     *
     * @param kindWord those bytes.
     * @return bytes, 0 to {@link #MAX_KEY_LENGTH}.
     */
    public static int keyLengthOf(final long kindWord) {
        return (int) (kindWord >>> 16) & MAX_KEY_LENGTH;
    }

    /**
     * Reads the kind of a record.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer.
     * @return the kind.
     */
    public static byte kind(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + KIND_OFFSET);
    }

    /**
     * Tells whether the next record belongs to the same batch.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer, which is no padding.
     * @return true when the batch goes on.
     */
    public static boolean hasMore(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset + FLAGS_OFFSET) & MORE_FLAG) != 0;
    }

    /**
     * Reads the key's length of a record.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer.
     * @return bytes, 0 to {@link #MAX_KEY_LENGTH}.
     */
    public static int keyLength(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + KEY_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Reads the producer id of a record.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer.
     * @return the id, 0 for none.
     */
    public static int producerId(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + PRODUCER_ID_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Reads the event time of a record.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer.
     * @return ns since the epoch.
     */
    public static long eventTimeNs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + EVENT_TIME_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Reads the log time of a record.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer.
     * @return ns since the epoch.
     */
    public static long logTimeNs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + LOG_TIME_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Reads the producer's sequence of a record.
     *
     * @param buffer that holds the record.
     * @param offset of the record in the buffer.
     * @return the sequence; means nothing when the producer id is 0.
     */
    public static long sequence(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
