package io.millrace.log.record;

import static io.millrace.log.record.RecordDescriptor.CRC_OFFSET;
import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;
import static io.millrace.log.record.RecordDescriptor.KIND_OFFSET;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Computes the checksum of records in place, allocating nothing in steady state. One thread.
 *
 * <p>The checksum is the CRC32C of, in this order:
 *
 * <pre>
 *   int64  position of the record in its partition
 *   int32  length as committed: header and payload, positive
 *   bytes  8 to length - 1 of the record: kind … sequence, key, value
 * </pre>
 *
 * little-endian as on disk; the length word and the slot itself are left out, as they change. A result of 0 is stored
 * as {@code 0xFFFFFFFF}, since 0 in the slot means that it is not filled. The position makes a record that stands at
 * another place than it was written to fail, though each of its bytes is right. The payload comes last, so that whoever
 * knows the CRC32C of a payload can derive this checksum from it and from 44 other bytes, without reading the payload
 * again: {@link #derive}. Padding has no checksum.
 */
public final class RecordChecksum {
    /** What the slot holds while nobody has filled it. */
    public static final int UNFILLED = 0;

    private static final int INSTEAD_OF_UNFILLED = -1;
    private static final int SEED_LENGTH = Long.BYTES + Integer.BYTES;

    private final CRC32C crc = new CRC32C();
    /** Position and length, and behind them, where they are needed, the header from the kind on. */
    private final byte[] seed = new byte[SEED_LENGTH + HEADER_LENGTH - KIND_OFFSET];

    private final ByteBuffer seedView = ByteBuffer.wrap(seed).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer source;
    private ByteBuffer view;
    private byte[] copy = new byte[0];

    /** Creates a checksum that has seen no buffer yet. */
    public RecordChecksum() {}

    /**
     * Computes what belongs into a record's slot.
     *
     * @param buffer   that holds the record.
     * @param offset   of its header.
     * @param length   of header and payload in bytes.
     * @param position of the record in its partition.
     * @return the checksum, never {@link #UNFILLED}.
     */
    public int compute(final DirectBuffer buffer, final int offset, final int length, final long position) {
        seedView.putLong(0, position).putInt(Long.BYTES, length);
        crc.reset();
        crc.update(seed, 0, SEED_LENGTH);
        update(buffer, offset + KIND_OFFSET, length - KIND_OFFSET);
        final int value = (int) crc.getValue();
        return value == UNFILLED ? INSTEAD_OF_UNFILLED : value;
    }

    /**
     * Derives what belongs into a record's slot from its header and the checksum of its payload, which is not read. When that
     * was computed over other bytes than those that stand in the record, the result does not fit the record: that is what it
     * is for.
     *
     * @param buffer          that holds the record, of which the bytes 8 to 39 are written.
     * @param offset          of its header.
     * @param length          of header and payload in bytes.
     * @param position        of the record in its partition.
     * @param payloadChecksum CRC32C of the key's bytes, then the value's.
     * @return the checksum, never {@link #UNFILLED}.
     */
    public int derive(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long position,
            final int payloadChecksum) {
        seedView.putLong(0, position).putInt(Long.BYTES, length);
        for (int at = KIND_OFFSET; at < HEADER_LENGTH; at += Long.BYTES) {
            seedView.putLong(SEED_LENGTH - KIND_OFFSET + at, buffer.getLong(offset + at, LITTLE_ENDIAN));
        }
        crc.reset();
        crc.update(seed, 0, seed.length);
        final int value = ChecksumCombination.combine((int) crc.getValue(), payloadChecksum, length - HEADER_LENGTH);
        return value == UNFILLED ? INSTEAD_OF_UNFILLED : value;
    }

    private void update(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        final int index = buffer.wrapAdjustment() + offset;
        final byte[] array = buffer.byteArray();
        if (array != null) {
            crc.update(array, index, length);
        } else if (buffer.byteBuffer() != null) {
            // Its position is shared with others, that of a duplicate is not.
            if (source != buffer.byteBuffer()) {
                source = buffer.byteBuffer();
                view = source.duplicate();
            }
            view.limit(index + length).position(index);
            crc.update(view);
        } else {
            copy = copy.length < length ? new byte[length] : copy;
            buffer.getBytes(offset, copy, 0, length);
            crc.update(copy, 0, length);
        }
    }

    /**
     * Fills the slot of a committed record, unless it is filled.
     *
     * @param buffer   that holds the record.
     * @param offset   of its header.
     * @param length   of header and payload in bytes.
     * @param position of the record in its partition.
     */
    public void fill(final MutableDirectBuffer buffer, final int offset, final int length, final long position) {
        // One aligned store of four bytes: readers in any process see the slot empty or filled, nothing between.
        if (buffer.getInt(offset + CRC_OFFSET, LITTLE_ENDIAN) == UNFILLED) {
            buffer.putInt(offset + CRC_OFFSET, compute(buffer, offset, length, position), LITTLE_ENDIAN);
        }
    }

    /**
     * Checks a record against its slot.
     *
     * @param buffer   that holds the record.
     * @param offset   of its header.
     * @param length   of header and payload in bytes.
     * @param position of the record in its partition.
     * @return false when the slot is filled and holds another checksum.
     */
    public boolean isValid(final DirectBuffer buffer, final int offset, final int length, final long position) {
        final int actual = buffer.getInt(offset + CRC_OFFSET, LITTLE_ENDIAN);
        return actual == UNFILLED || actual == compute(buffer, offset, length, position);
    }
}
