package io.millrace.transport.protocol;

import java.nio.ByteBuffer;
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
