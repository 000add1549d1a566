package io.millrace.transport.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * Computes the CRC32C of bytes in place, over heap arrays and mapped memory alike, without allocating in steady state.
 *
 * <p>The JDK's intrinsic wants a {@link ByteBuffer} with position and limit set. The buffers of Aeron and of the log are
 * shared with others, so their position is not ours to move: this class keeps one duplicate for each of the few buffers
 * it has seen last. One thread.
 */
public final class Checksum {
    private static final int VIEW_COUNT = 16;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer[] sources = new ByteBuffer[VIEW_COUNT];
    private final ByteBuffer[] views = new ByteBuffer[VIEW_COUNT];
    private byte[] copy = new byte[0];
    private int lastIndex;

    /** Creates a checksum that has seen no buffer yet. */
    public Checksum() {}

    /**
     * Computes the checksum of a range.
     *
     * @param buffer that holds the bytes
     * @param offset of the first byte in the buffer
     * @param length in bytes, 0 or more
     * @return the CRC32C
     */
    public int compute(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        final int index = buffer.wrapAdjustment() + offset;
        final byte[] array = buffer.byteArray();
        crc.reset();
        if (array != null) {
            crc.update(array, index, length);
        } else if (buffer.byteBuffer() != null) {
            final ByteBuffer view = viewOf(buffer.byteBuffer());
            view.limit(index + length).position(index);
            crc.update(view);
        } else {
            if (copy.length < length) {
                copy = new byte[length];
            }
            buffer.getBytes(offset, copy, 0, length);
            crc.update(copy, 0, length);
        }
        return (int) crc.getValue();
    }

    /**
     * Computes the checksum of a message: of a range of it, and of its header, which says what the message is.
     *
     * @param buffer that holds the message
     * @param header offset of the message's header, 8 bytes
     * @param offset of the first byte of the range
     * @param length of the range in bytes, 0 or more
     * @return the CRC32C of the range, exclusive-or the first half of the header and the second, rotated left by a bit, each read
     *     as little-endian: no single bit of a header that turns leaves that as it is
     */
    public int compute(final DirectBuffer buffer, final int header, final int offset, final int length) {
        return compute(buffer, offset, length)
                ^ buffer.getInt(header, ByteOrder.LITTLE_ENDIAN)
                ^ Integer.rotateLeft(buffer.getInt(header + Integer.BYTES, ByteOrder.LITTLE_ENDIAN), 1);
    }

    private ByteBuffer viewOf(final ByteBuffer source) {
        if (sources[lastIndex] == source) {
            return views[lastIndex];
        }
        for (int i = 0; i < VIEW_COUNT; i++) {
            if (sources[i] == source) {
                lastIndex = i;
                return views[i];
            }
        }
        lastIndex = (lastIndex + 1) % VIEW_COUNT;
        sources[lastIndex] = source;
        views[lastIndex] = source.duplicate();
        return views[lastIndex];
    }
}
