package io.millrace.operators.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * Layout of the records that a checkpoint consists of. All numbers are little-endian; each record is a data record without
 * a key, and this is its value:
 *
 * <pre>
 *   0  int32  CRC32C of all bytes behind it
 *   4  int8   what it is: 1 BEGIN, 2 FRAME, 3 BLOCK, 4 END
 *   5  int8   version of this layout, {@value #VERSION}
 *   6  int16  0
 *   8  int64  number of the checkpoint, one more than that of the one before
 *  16         BEGIN: int64 number of the full checkpoint that it builds on, its own if it is full
 *                    int64 position in the task's input
 *                    int32 bytes of the frame, int32 0
 *             FRAME: int32 index of the bytes in the frame, int32 0, then the bytes
 *             BLOCK: int64 table, int32 page, int32 block, then the bytes
 *             END:   int64 number of FRAME and BLOCK records between BEGIN and END
 * </pre>
 *
 * <p>The records of a checkpoint lie together, from BEGIN to END; one without END was never finished and means nothing. A
 * checkpoint that is not full has the blocks that were changed since the one before, and so needs each from the full one
 * on: together they are a <em>generation</em>.
 */
final class CheckpointDescriptor {
    static final byte BEGIN = 1;
    static final byte FRAME = 2;
    static final byte BLOCK = 3;
    static final byte END = 4;
    static final byte VERSION = 1;

    static final int CRC_OFFSET = 0;
    static final int KIND_OFFSET = 4;
    static final int VERSION_OFFSET = 5;
    static final int RESERVED_OFFSET = 6;
    static final int NUMBER_OFFSET = 8;
    static final int HEADER_LENGTH = 16;

    static final int BASE_NUMBER_OFFSET = 16;
    static final int INPUT_POSITION_OFFSET = 24;
    static final int FRAME_LENGTH_OFFSET = 32;
    static final int BEGIN_LENGTH = 40;

    static final int FRAME_INDEX_OFFSET = 16;
    static final int FRAME_BYTES_OFFSET = 24;

    static final int TABLE_OFFSET = 16;
    static final int PAGE_OFFSET = 24;
    static final int BLOCK_OFFSET = 28;
    static final int BLOCK_BYTES_OFFSET = 32;

    static final int COUNT_OFFSET = 16;
    static final int END_LENGTH = 24;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer source;
    private ByteBuffer view;
    private byte[] copy = new byte[0];

    /** Computes what belongs into the first four bytes of a value. */
    int checksum(final DirectBuffer buffer, final int offset, final int length) {
        crc.reset();
        final int from = offset + KIND_OFFSET;
        final int bytes = length - KIND_OFFSET;
        buffer.boundsCheck(from, bytes);
        if (buffer.byteBuffer() == null) {
            copy = copy.length < bytes ? new byte[bytes] : copy;
            buffer.getBytes(from, copy, 0, bytes);
            crc.update(copy, 0, bytes);
        } else {
            // Its position is shared with others, that of a duplicate is not.
            if (source != buffer.byteBuffer()) {
                source = buffer.byteBuffer();
                view = source.duplicate();
            }
            final int index = buffer.wrapAdjustment() + from;
            view.limit(index + bytes).position(index);
            crc.update(view);
        }
        return (int) crc.getValue();
    }

    /** Whether a value is one of these, and whole. */
    boolean isWhole(final DirectBuffer buffer, final int offset, final int length) {
        return length >= HEADER_LENGTH
                && length >= lengthOf(kind(buffer, offset))
                && buffer.getByte(offset + VERSION_OFFSET) == VERSION
                && buffer.getInt(offset + CRC_OFFSET, LITTLE_ENDIAN) == checksum(buffer, offset, length);
    }

    private static int lengthOf(final byte kind) {
        return switch (kind) {
            case BEGIN -> BEGIN_LENGTH;
            case FRAME -> FRAME_BYTES_OFFSET;
            case BLOCK -> BLOCK_BYTES_OFFSET;
            case END -> END_LENGTH;
            default -> Integer.MAX_VALUE;
        };
    }

    static byte kind(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + KIND_OFFSET);
    }

    static long number(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + NUMBER_OFFSET, LITTLE_ENDIAN);
    }
}
