package io.millrace.operators.output;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/** What the generator writes for a message of a 32-bit number and a text of variable length. */
public final class NoteEncoder implements MessageEncoderFlyweight {
    static final int BLOCK_LENGTH = 4;

    private MutableDirectBuffer buffer;
    private int offset;
    private int limit;

    @Override
    public NoteEncoder wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
        limit = newOffset + BLOCK_LENGTH;
        return this;
    }

    /**
     * Writes the header and wraps behind it.
     *
     * @param newBuffer to write into.
     * @param newOffset of the header.
     * @param header    to write it with.
     * @return this.
     */
    public NoteEncoder wrapAndApplyHeader(
            final MutableDirectBuffer newBuffer, final int newOffset, final Object header) {
        throw new UnsupportedOperationException("not used here");
    }

    /**
     * Length of what stands in front of the text.
     *
     * @return in bytes.
     */
    public static int textHeaderLength() {
        return Short.BYTES;
    }

    void number(final int value) {
        buffer.putInt(offset, value, ByteOrder.LITTLE_ENDIAN);
    }

    void text(final String value) {
        buffer.putShort(limit, (short) value.length(), ByteOrder.LITTLE_ENDIAN);
        limit += textHeaderLength() + buffer.putStringWithoutLengthAscii(limit + textHeaderLength(), value);
    }

    @Override
    public int sbeBlockLength() {
        return BLOCK_LENGTH;
    }

    @Override
    public int sbeTemplateId() {
        return 3;
    }

    @Override
    public String sbeSemanticType() {
        return "";
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public void limit(final int newLimit) {
        limit = newLimit;
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int encodedLength() {
        return limit - offset;
    }

    @Override
    public int sbeSchemaId() {
        return 9;
    }

    @Override
    public int sbeSchemaVersion() {
        return 1;
    }
}
