package io.millrace.log.record;

import static io.millrace.log.record.RecordDescriptor.CRC_OFFSET;
import static io.millrace.log.record.RecordDescriptor.EVENT_TIME_OFFSET;
import static io.millrace.log.record.RecordDescriptor.FLAGS_OFFSET;
import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;
import static io.millrace.log.record.RecordDescriptor.KIND_OFFSET;
import static io.millrace.log.record.RecordDescriptor.LOG_TIME_OFFSET;
import static io.millrace.log.record.RecordDescriptor.SEQUENCE_OFFSET;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Reads one record in place. It is wrapped anew for each record: whoever wants to keep something copies it before
 * the call returns.
 */
public final class RecordFlyweight {
    private static final long NOWHERE = 0;

    private DirectBuffer buffer;
    private int offset;
    private int length;
    private long position;
    private long kindWord;

    // Where the header is in memory: checked once, when the record comes, and not for each of its words.
    private byte[] base;
    private long address = NOWHERE;
    private RecordChecksum checksum;

    /** Creates a flyweight that has to be wrapped before use. */
    public RecordFlyweight() {}

    /**
     * Moves this view onto a record.
     *
     * @param buffer   that holds the record, and is not wrapped around other memory while this view is used.
     * @param offset   of its header in the buffer.
     * @param length   of header and payload in bytes; passed in, since in the log the word may not be read twice.
     * @param position of the record in its partition.
     * @return this.
     */
    public RecordFlyweight wrap(final DirectBuffer buffer, final int offset, final int length, final long position) {
        buffer.boundsCheck(offset, HEADER_LENGTH);
        final byte[] newBase = buffer.byteArray();
        if (base != newBase) {
            base = newBase;
        }
        final long newAddress = buffer.addressOffset() + offset;
        return wrap(buffer, offset, length, position, newAddress, UnsafeApi.getLong(newBase, newAddress + KIND_OFFSET));
    }

    /**
     * Moves this view onto a record in mapped memory of which the caller has read a part, <b>without any check</b>.
     *
     * @param buffer   that holds the record, outside the heap.
     * @param offset   of its header in the buffer, which holds all of it.
     * @param length   of header and payload in bytes.
     * @param position of the record in its partition.
     * @param kindWord bytes 8 to 15 of the record, see {@link RecordDescriptor#kindOf(long)}.
     * @param address  of the header in memory.
     * @return this.
     */
    public RecordFlyweight wrapMapped(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long position,
            final long kindWord,
            final long address) {
        if (base != null) {
            base = null;
        }
        return wrap(buffer, offset, length, position, address, kindWord);
    }

    private RecordFlyweight wrap(
            final DirectBuffer newBuffer,
            final int newOffset,
            final int newLength,
            final long newPosition,
            final long newAddress,
            final long newKindWord) {
        // Most often it is the one before, and storing a reference costs more than a look: collectors keep books of it.
        if (buffer != newBuffer) {
            buffer = newBuffer;
        }
        offset = newOffset;
        length = newLength;
        position = newPosition;
        address = newAddress;
        kindWord = newKindWord;
        return this;
    }

    /** Moves this view away from a record whose memory goes: what is read from then on fails, and ends no process. */
    public void detach() {
        address = NOWHERE;
    }

    private long address(final int wordOffset) {
        if (address == NOWHERE) {
            throw new IllegalStateException("no record: a flyweight is on one only during the call that hands it out");
        }
        return address + wordOffset;
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
        return UnsafeApi.getByte(base, address(FLAGS_OFFSET));
    }

    /**
     * Reads the checksum slot.
     *
     * @return the checksum, see {@link RecordChecksum}, or 0 when it has not been filled yet.
     */
    public int crc() {
        return UnsafeApi.getInt(base, address(CRC_OFFSET));
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
        return UnsafeApi.getLong(base, address(EVENT_TIME_OFFSET));
    }

    /**
     * Reads when the record was appended. With several appenders it may be a little less than that of the record
     * before: the partition's clock is the running maximum.
     *
     * @return ns since the epoch.
     */
    public long logTimeNs() {
        return UnsafeApi.getLong(base, address(LOG_TIME_OFFSET));
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
        return UnsafeApi.getLong(base, address(SEQUENCE_OFFSET));
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
        return address == NOWHERE
                ? "RecordFlyweight{not wrapped}"
                : "RecordFlyweight{position=" + position + ", length=" + length + ", kind=" + kind() + ", producerId="
                        + producerId() + ", sequence=" + sequence() + ", eventTimeNs=" + eventTimeNs()
                        + ", keyLength=" + keyLength() + '}';
    }
}
