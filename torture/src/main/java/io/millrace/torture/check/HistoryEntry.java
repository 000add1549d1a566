package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What one client has written down at one moment; 32 bytes in its history.
 *
 * <pre>
 *    0        4           8          16         24         28
 *   | int32  | int32     | int64    | int64    | int32    | int32    |  little-endian
 *   | kind   | partition | position | sequence | client   | checksum |
 * </pre>
 *
 * @param kind      see {@link Kind}.
 * @param partition of the topic.
 * @param position  of the record in the log; 0 where a publisher writes.
 * @param sequence  of the record in its partition; of a beginning, the number of the life.
 * @param client    number of the publisher that the record is from; of a beginning, that of the client.
 * @param checksum  CRC32C of key and value.
 */
record HistoryEntry(int kind, int partition, long position, long sequence, int client, int checksum) {
    static final int LENGTH = 32;

    /** Kinds of entries. */
    static final class Kind {
        /** A life of a publisher begins. */
        static final int PUBLISHER = 1;

        /** Written before the record is handed over. */
        static final int SENT = 2;

        /** All of the partition up to the sequence is acknowledged. */
        static final int ACKNOWLEDGED = 3;

        /** The publisher was told that another one has taken over; the last word of that life. */
        static final int FENCED = 4;

        /** A life of a subscriber begins. */
        static final int SUBSCRIBER = 5;

        /** The subscriber has taken a record. */
        static final int SEEN = 6;

        /** The client has come to the end of what it was to do. */
        static final int END = 7;

        private Kind() {}
    }

    static HistoryEntry of(final byte[] bytes, final int offset) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, LENGTH).slice().order(ByteOrder.LITTLE_ENDIAN);
        return new HistoryEntry(
                buffer.getInt(0),
                buffer.getInt(4),
                buffer.getLong(8),
                buffer.getLong(16),
                buffer.getInt(24),
                buffer.getInt(28));
    }
}
