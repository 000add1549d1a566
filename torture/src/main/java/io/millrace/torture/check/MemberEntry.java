package io.millrace.torture.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a member of a group or a consumer of a queue has written down at one moment; 56 bytes in its history.
 *
 * <pre>
 *    0        4           8          16       24       32      40         48       52
 *   | int32  | int32     | int64    | int64  | int64  | int64 | int64    | int32  | int32    |  little-endian
 *   | kind   | partition | position | number | member | time  | sequence | client | checksum |
 * </pre>
 *
 * @param kind      see {@link Kind}.
 * @param partition of the topic.
 * @param position  of the record; of a commit, of the next record.
 * @param number    epoch of the ownership, or number of the delivery.
 * @param member    number that the node knows the client by.
 * @param timeNs    of a clock that all processes have in common.
 * @param sequence  of the record in its partition.
 * @param client    number of the publisher that the record is from.
 * @param checksum  CRC32C of key and value.
 */
record MemberEntry(
        int kind,
        int partition,
        long position,
        long number,
        long member,
        long timeNs,
        long sequence,
        int client,
        int checksum) {
    static final int LENGTH = 56;

    /** Kinds of entries. */
    static final class Kind {
        /** The client is a member under another number; the time lies before it has asked for that. */
        static final int JOINED = 1;

        /** A partition was given to it; the time lies behind that. */
        static final int ASSIGNED = 2;

        /** It has processed a record. */
        static final int TAKEN = 3;

        /** Written before it says how far it is. */
        static final int COMMITS = 4;

        /** Written when the node has taken that. */
        static final int COMMITTED = 5;

        /** The node has refused something of what was said last. */
        static final int REFUSED = 6;

        /** A message was handed to it. */
        static final int DELIVERED = 7;

        /** Written before it says that a message is done with. */
        static final int ACKS = 8;

        /** Written when the node has taken that. */
        static final int ACKED = 9;

        /** The client has come to the end of what it was to do. */
        static final int END = 10;

        private Kind() {}
    }

    /** All whole entries of a history. */
    static List<MemberEntry> read(final Path file) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        final List<MemberEntry> entries = new ArrayList<>(bytes.capacity() / LENGTH);
        while (bytes.remaining() >= LENGTH) {
            entries.add(new MemberEntry(
                    bytes.getInt(),
                    bytes.getInt(),
                    bytes.getLong(),
                    bytes.getLong(),
                    bytes.getLong(),
                    bytes.getLong(),
                    bytes.getLong(),
                    bytes.getInt(),
                    bytes.getInt()));
        }
        return entries;
    }

    /** What of it can be held against the log. */
    HistoryEntry seen() {
        return new HistoryEntry(HistoryEntry.Kind.SEEN, partition, position, sequence, client, checksum);
    }

    String describe() {
        return "member=" + member + " partition=" + partition + " position=" + position + " number=" + number;
    }
}
