package io.millrace.log.segment;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Layout of a file that holds what a partition knew of its producers at one position.
 *
 * <pre>
 *    0  int64  magic, the bytes "MILLPROD"
 *    8  int32  format version, 1
 *   12  int32  CRC32C of all bytes from 16
 *   16  int64  position: all records before it are counted, none behind it
 *   24  int64  clock of the partition at the position
 *   32  int32  topic id
 *   36  int32  partition
 *   40  int32  number of producers
 *   44  int32  reserved, 0
 *   48  for each producer:
 *              { int32 producer id, int32 epoch, int64 last sequence, int64 last position }
 * </pre>
 *
 * Little-endian. A producer that has begun an epoch and appended nothing has the last sequence -1. The last position is that
 * of the record with the last sequence, or of the record that began the epoch where that came later.
 */
public final class ProducerSnapshot {
    static final long MAGIC = new UnsafeBuffer("MILLPROD".getBytes(StandardCharsets.US_ASCII)).getLong(0);
    static final int FORMAT_VERSION = 1;
    static final int VERSION_OFFSET = 8;
    static final int CRC_OFFSET = 12;
    static final int POSITION_OFFSET = 16;
    static final int CLOCK_OFFSET = 24;
    static final int TOPIC_ID_OFFSET = 32;
    static final int PARTITION_OFFSET = 36;
    static final int COUNT_OFFSET = 40;
    static final int HEADER_LENGTH = 48;
    static final int EPOCH_OFFSET = 4;
    static final int SEQUENCE_OFFSET = 8;
    static final int LAST_POSITION_OFFSET = 16;
    static final int ENTRY_LENGTH = 24;

    private final ProducerTable table = new ProducerTable();
    private long position;
    private long clock;

    /** Creates a snapshot of a partition that holds nothing. */
    public ProducerSnapshot() {
        clear();
    }

    /** Becomes that of a partition that holds nothing. */
    void clear() {
        table.clear();
        position = 0;
        clock = SegmentIndex.NO_CLOCK;
    }

    /**
     * The producers as of the position.
     *
     * @return table that belongs to this snapshot.
     */
    public ProducerTable table() {
        return table;
    }

    /**
     * Tells up to where records are counted.
     *
     * @return byte position, 0 for that of a partition that holds nothing.
     */
    public long position() {
        return position;
    }

    /**
     * Tells the clock of the partition at the position.
     *
     * @return ns since the epoch, or {@link SegmentIndex#NO_CLOCK}.
     */
    public long clock() {
        return clock;
    }

    static byte[] encode(final ProducerTable table, final long position, final long clock, final PartitionId owner) {
        final byte[] bytes = new byte[HEADER_LENGTH + table.size() * ENTRY_LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putLong(0, MAGIC);
        buffer.putInt(VERSION_OFFSET, FORMAT_VERSION);
        buffer.putLong(POSITION_OFFSET, position);
        buffer.putLong(CLOCK_OFFSET, clock);
        buffer.putInt(TOPIC_ID_OFFSET, owner.topicId());
        buffer.putInt(PARTITION_OFFSET, owner.partition());
        buffer.putInt(COUNT_OFFSET, table.size());
        final int[] offset = {HEADER_LENGTH};
        table.forEach((id, epoch, lastSequence, lastPosition) -> {
            buffer.putInt(offset[0], id);
            buffer.putInt(offset[0] + EPOCH_OFFSET, epoch);
            buffer.putLong(offset[0] + SEQUENCE_OFFSET, lastSequence);
            buffer.putLong(offset[0] + LAST_POSITION_OFFSET, lastPosition);
            offset[0] += ENTRY_LENGTH;
        });
        buffer.putInt(CRC_OFFSET, crc(bytes));
        return bytes;
    }

    /**
     * Becomes what a file holds.
     *
     * @return false when it is damaged, or another's; this snapshot is that of a partition that holds nothing then.
     */
    boolean decode(final byte[] bytes, final long expectedPosition, final PartitionId owner) {
        clear();
        if (!isValid(bytes, expectedPosition, owner)) {
            return false;
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        position = expectedPosition;
        clock = buffer.getLong(CLOCK_OFFSET);
        for (int offset = HEADER_LENGTH; offset < bytes.length; offset += ENTRY_LENGTH) {
            table.put(
                    buffer.getInt(offset),
                    buffer.getInt(offset + EPOCH_OFFSET),
                    buffer.getLong(offset + SEQUENCE_OFFSET),
                    buffer.getLong(offset + LAST_POSITION_OFFSET));
        }
        return true;
    }

    private static boolean isValid(final byte[] bytes, final long expectedPosition, final PartitionId owner) {
        if (bytes.length < HEADER_LENGTH) {
            return false;
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final long count = buffer.getInt(COUNT_OFFSET);
        return buffer.getLong(0) == MAGIC
                && buffer.getInt(VERSION_OFFSET) == FORMAT_VERSION
                && buffer.getInt(CRC_OFFSET) == crc(bytes)
                && buffer.getLong(POSITION_OFFSET) == expectedPosition
                && buffer.getInt(TOPIC_ID_OFFSET) == owner.topicId()
                && buffer.getInt(PARTITION_OFFSET) == owner.partition()
                && bytes.length == HEADER_LENGTH + count * ENTRY_LENGTH;
    }

    private static int crc(final byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, POSITION_OFFSET, bytes.length - POSITION_OFFSET);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "ProducerSnapshot{position=" + position + ", clock=" + clock + ", " + table + '}';
    }
}
