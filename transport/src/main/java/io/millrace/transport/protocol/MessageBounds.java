package io.millrace.transport.protocol;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.transport.codec.GroupSizeEncodingDecoder;
import org.agrona.DirectBuffer;

/**
 * Walks over the parts of a message whose length is on the wire, so that a decoder is only let loose on bytes that are
 * there. Each step takes the offset that the last one returned and answers {@link #BROKEN} once a part does not fit.
 */
public final class MessageBounds {
    /** Answer for a message whose parts reach beyond its end. */
    public static final int BROKEN = -1;

    private static final int TEXT_HEADER_LENGTH = Short.BYTES;

    private MessageBounds() {}

    /**
     * Walks over the block.
     *
     * @param offset    of the block
     * @param length    in bytes, from the message header
     * @param minLength in bytes that this end must find
     * @param end       of the message
     * @return offset after the block, or {@link #BROKEN}
     */
    public static int afterBlock(final int offset, final int length, final int minLength, final int end) {
        return length < minLength || length > end - offset ? BROKEN : offset + length;
    }

    /**
     * Walks over a repeating group.
     *
     * @param buffer    that holds the message
     * @param offset    of the group, or {@link #BROKEN}
     * @param minLength in bytes that this end must find in each entry
     * @param end       of the message
     * @return offset after the group, or {@link #BROKEN}
     */
    public static int afterGroup(final DirectBuffer buffer, final int offset, final int minLength, final int end) {
        if (offset == BROKEN || end - offset < GroupSizeEncodingDecoder.ENCODED_LENGTH) {
            return BROKEN;
        }
        final int blockLength = buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(offset + Short.BYTES, LITTLE_ENDIAN) & 0xFFFF;
        final long length = GroupSizeEncodingDecoder.ENCODED_LENGTH + (long) blockLength * count;
        return (count > 0 && blockLength < minLength) || length > end - offset ? BROKEN : offset + (int) length;
    }

    /**
     * Walks over a text.
     *
     * @param buffer that holds the message
     * @param offset of the text's length, or {@link #BROKEN}
     * @param end    of the message
     * @return offset after the text, or {@link #BROKEN}
     */
    public static int afterText(final DirectBuffer buffer, final int offset, final int end) {
        if (offset == BROKEN || end - offset < TEXT_HEADER_LENGTH) {
            return BROKEN;
        }
        final int length = buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
        return length > end - offset - TEXT_HEADER_LENGTH ? BROKEN : offset + TEXT_HEADER_LENGTH + length;
    }

    /**
     * Walks over a repeating group whose entries are one text each.
     *
     * @param buffer that holds the message
     * @param offset of the group, or {@link #BROKEN}
     * @param end    of the message
     * @return offset after the group, or {@link #BROKEN}
     */
    public static int afterTexts(final DirectBuffer buffer, final int offset, final int end) {
        if (offset == BROKEN || end - offset < GroupSizeEncodingDecoder.ENCODED_LENGTH) {
            return BROKEN;
        }
        final int blockLength = buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(offset + Short.BYTES, LITTLE_ENDIAN) & 0xFFFF;
        int next = offset + GroupSizeEncodingDecoder.ENCODED_LENGTH;
        for (int i = 0; i < count && next != BROKEN; i++) {
            next = blockLength > end - next ? BROKEN : afterText(buffer, next + blockLength, end);
        }
        return next;
    }

    /**
     * Walks over bytes.
     *
     * @param buffer that holds the message
     * @param offset of the bytes' length, or {@link #BROKEN}
     * @param end    of the message
     * @return offset after the bytes, or {@link #BROKEN}
     */
    public static int afterBytes(final DirectBuffer buffer, final int offset, final int end) {
        if (offset == BROKEN || end - offset < Integer.BYTES) {
            return BROKEN;
        }
        final int length = buffer.getInt(offset, LITTLE_ENDIAN);
        return length < 0 || length > end - offset - Integer.BYTES ? BROKEN : offset + Integer.BYTES + length;
    }
}
