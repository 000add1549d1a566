package io.millrace.operators.codec;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The header in front of every SBE message, as the SBE 1.0 specification lays it out by default (little-endian).
 *
 * <pre>
 *  0 uint16 block length | 2 uint16 template id | 4 uint16 schema id | 6 uint16 schema version | 8 message
 * </pre>
 */
public final class SbeHeader {
    /** Length of the header in bytes. */
    public static final int LENGTH = 8;

    private static final int BLOCK_LENGTH_OFFSET = 0;
    private static final int TEMPLATE_ID_OFFSET = 2;
    private static final int SCHEMA_ID_OFFSET = 4;
    private static final int VERSION_OFFSET = 6;

    private SbeHeader() {}

    static int blockLength(final DirectBuffer buffer, final int offset) {
        return uint16(buffer, offset + BLOCK_LENGTH_OFFSET);
    }

    static int templateId(final DirectBuffer buffer, final int offset) {
        return uint16(buffer, offset + TEMPLATE_ID_OFFSET);
    }

    static int schemaId(final DirectBuffer buffer, final int offset) {
        return uint16(buffer, offset + SCHEMA_ID_OFFSET);
    }

    static int version(final DirectBuffer buffer, final int offset) {
        return uint16(buffer, offset + VERSION_OFFSET);
    }

    /**
     * Writes a header.
     *
     * @param buffer      to write into.
     * @param offset      at which the header begins, in bytes.
     * @param blockLength of the message in bytes, 0 to 65,534.
     * @param templateId  of the message.
     * @param schemaId    of the message's schema.
     * @param version     of the message's schema.
     */
    public static void write(
            final MutableDirectBuffer buffer,
            final int offset,
            final int blockLength,
            final int templateId,
            final int schemaId,
            final int version) {
        buffer.putShort(offset + BLOCK_LENGTH_OFFSET, (short) blockLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + TEMPLATE_ID_OFFSET, (short) templateId, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + SCHEMA_ID_OFFSET, (short) schemaId, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + VERSION_OFFSET, (short) version, ByteOrder.LITTLE_ENDIAN);
    }

    private static int uint16(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }
}
