package io.millrace.log.record;

import static io.millrace.log.record.RecordDescriptor.CRC_OFFSET;
import static io.millrace.log.record.RecordDescriptor.FLAGS_OFFSET;
import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;
import static io.millrace.log.record.RecordDescriptor.KIND_OFFSET;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Reads one record in place. It is wrapped anew for each record: whoever wants to keep something copies it before
 * the call returns.
 */
public final class RecordFlyweight {
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private long position;
    private long kindWord;
    private RecordChecksum checksum;

    /** Creates a flyweight that has to be wrapped before use. */
    public RecordFlyweight() {}

    /**
     * Moves this view onto a record.
     *
     * @param buffer   that holds the record.
     * @param offset   of its header in the buffer.
     * @param length   of header and payload in bytes; passed in, since in the log the word may not be read twice.
     * @param position of the record in its partition.
     * @return this.
     */
    public RecordFlyweight wrap(final DirectBuffer buffer, final int offset, final int length, final long position) {
        return wrap(buffer, offset, length, position, buffer.getLong(offset + KIND_OFFSET, LITTLE_ENDIAN));
    }

    /**
     * Moves this view onto a record of which the caller has read a part.
     *
     * @param buffer   that holds the record.
     * @param offset   of its header in the buffer.
     * @param length   of header and payload in bytes.
     * @param position of the record in its partition.
     * @param kindWord bytes 8 to 15 of the record, see {@link RecordDescriptor#kindOf(long)}.
     * @return this.
     */
    public RecordFlyweight wrap(
            final DirectBuffer buffer, final int offset, final int length, final long position, final long kindWord) {
        // Most often it is the one before, and storing a reference costs more than a look: collectors keep books of it.
        if (this.buffer != buffer) {
            this.buffer = buffer;
        }
        this.offset = offset;
        this.length = length;
        this.position = position;
        this.kindWord = kindWord;
        return this;
    }

    /**
     * Tells where the record starts in its partition.
     *
     * @return byte position, a multiple of 8, greater than 0.
     */
    public long position() {
        return position;
    }

    /**
     * Tells where the next record or padding can start.
     *
     * @return byte position just behind this record.
     */
    public long nextPosition() {
        return position + RecordDescriptor.align(length);
    }

    /**
     * Tells the record's length.
     *
     * @return bytes of header and payload.
     */
    public int length() {
        return length;
    }

    /**
     * Tells what the record is.
     *
     * @return one of {@link RecordKind}.
     */
    public byte kind() {
        return RecordDescriptor.kindOf(kindWord);
    }

    /**
     * Reads the flags.
     *
     * @return 0 today.
     */
    public byte flags() {
        return buffer.getByte(offset + FLAGS_OFFSET);
    }

    /**
     * Reads the checksum slot.
     *
     * @return the checksum, see {@link RecordChecksum}, or 0 when it has not been filled yet.
     */
    public int crc() {
        return buffer.getInt(offset + CRC_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Checks the record's bytes against its checksum. Reads all of them.
     *
     * @return false when the checksum is filled and the record is not the one that was appended at this position.
     */
    public boolean isChecksumValid() {
        if (checksum == null) {
            checksum = new RecordChecksum();
        }
        return checksum.isValid(buffer, offset, length, position);
    }

    /**
     * Reads when the event happened, as its producer said.
     *
     * @return ns since the epoch.
     */
    public long eventTimeNs() {
        return RecordDescriptor.eventTimeNs(buffer, offset);
    }

    /**
     * Reads when the record was appended. With several appenders it may be a little less than that of the record
     * before: the partition's clock is the running maximum.
     *
     * @return ns since the epoch.
     */
    public long logTimeNs() {
        return RecordDescriptor.logTimeNs(buffer, offset);
    }

    /**
     * Reads who appended the record.
     *
     * @return producer id, 0 for none.
     */
    public int producerId() {
        return (int) (kindWord >>> 32);
    }

    /**
     * Reads the producer's number of the record.
     *
     * @return sequence; means nothing when {@link #producerId()} is 0.
     */
    public long sequence() {
        return RecordDescriptor.sequence(buffer, offset);
    }

    /**
     * The memory that holds the record; for reading only.
     *
     * @return buffer to which the offsets of this flyweight refer.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * Tells where the record's header starts in {@link #buffer()}; {@link #length()} bytes from here are the record.
     *
     * @return offset of the header.
     */
    public int offset() {
        return offset;
    }

    /**
     * Tells where the key starts in {@link #buffer()}.
     *
     * @return offset of the key.
     */
    public int keyOffset() {
        return offset + HEADER_LENGTH;
    }

    /**
     * Tells the key's length.
     *
     * @return bytes, 0 for a record without key.
     */
    public int keyLength() {
        return RecordDescriptor.keyLengthOf(kindWord);
    }

    /**
     * Tells where the value starts in {@link #buffer()}.
     *
     * @return offset of the value.
     */
    public int valueOffset() {
        return offset + HEADER_LENGTH + keyLength();
    }

    /**
     * Tells the value's length.
     *
     * @return bytes, 0 for a record without value.
     */
    public int valueLength() {
        return length - HEADER_LENGTH - keyLength();
    }

    @Override
    public String toString() {
        return buffer == null
                ? "RecordFlyweight{not wrapped}"
                : "RecordFlyweight{position=" + position + ", length=" + length + ", kind=" + kind() + ", producerId="
                        + producerId() + ", sequence=" + sequence() + ", eventTimeNs=" + eventTimeNs()
                        + ", keyLength=" + keyLength() + '}';
    }
}
