package io.millrace.operators.codec;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageFlyweight;

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

    private static final int UINT16 = 0xFFFF;

    // The four numbers as one, so that a header is read, written and compared at once.
    private static final long IDS = shifted(UINT16, TEMPLATE_ID_OFFSET) | shifted(UINT16, SCHEMA_ID_OFFSET);

    static {
        if (LENGTH != Long.BYTES) {
            throw new AssertionError("a header is read as one 64-bit number");
        }
    }

    private SbeHeader() {}

    /**
     * A header as one number, as it lies in memory.
     *
     * @param message that follows the header, in the version that its encoder or decoder was generated for.
     * @return the 8 bytes, read as a little-endian number.
     */
    public static long of(final MessageFlyweight message) {
        return of(message.sbeBlockLength(), message.sbeTemplateId(), message.sbeSchemaId(), message.sbeSchemaVersion());
    }

    static long of(final int blockLength, final int templateId, final int schemaId, final int version) {
        return shifted(blockLength, BLOCK_LENGTH_OFFSET)
                | shifted(templateId, TEMPLATE_ID_OFFSET)
                | shifted(schemaId, SCHEMA_ID_OFFSET)
                | shifted(version, VERSION_OFFSET);
    }

    private static long shifted(final int number, final int offset) {
        return (number & (long) UINT16) << offset * Byte.SIZE;
    }

    static long read(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
    }

    static int blockLength(final long header) {
        return uint16(header, BLOCK_LENGTH_OFFSET);
    }

    static int templateId(final long header) {
        return uint16(header, TEMPLATE_ID_OFFSET);
    }

    static int schemaId(final long header) {
        return uint16(header, SCHEMA_ID_OFFSET);
    }

    static int version(final long header) {
        return uint16(header, VERSION_OFFSET);
    }

    private static int uint16(final long header, final int offset) {
        return (int) (header >>> offset * Byte.SIZE) & UINT16;
    }

    // Whether two headers are of the same template of the same schema, in whatever versions.
    static boolean isSameMessage(final long header, final long other) {
        return ((header ^ other) & IDS) == 0;
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
        buffer.putLong(offset, of(blockLength, templateId, schemaId, version), ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes the header of a message in the version that its encoder was generated for.
     *
     * @param buffer  to write into.
     * @param offset  at which the header begins, in bytes.
     * @param message that follows the header.
     */
    public static void write(final MutableDirectBuffer buffer, final int offset, final MessageFlyweight message) {
        buffer.putLong(offset, of(message), ByteOrder.LITTLE_ENDIAN);
    }
}
