package io.millrace.operators.codec;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** What the generator writes for a message of two 32-bit fields: template 7 of schema 9, version 1. */
final class PointDecoder implements MessageDecoderFlyweight {
    static final int TEMPLATE_ID = 7;
    static final int SCHEMA_ID = 9;
    static final int VERSION = 1;
    static final int BLOCK_LENGTH = 8;

    private DirectBuffer buffer;
    private int offset;
    private int limit;
    private int actingBlockLength;

    @Override
    public PointDecoder wrap(
            final DirectBuffer newBuffer, final int newOffset, final int blockLength, final int actingVersion) {
        buffer = newBuffer;
        offset = newOffset;
        actingBlockLength = blockLength;
        limit = newOffset + blockLength;
        return this;
    }

    int x() {
        return buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
    }

    int y() {
        return buffer.getInt(offset + Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int sbeDecodedLength() {
        return actingBlockLength;
    }

    @Override
    public StringBuilder appendTo(final StringBuilder builder) {
        return builder.append(x()).append(',').append(y());
    }

    @Override
    public int sbeBlockLength() {
        return BLOCK_LENGTH;
    }

    @Override
    public int sbeTemplateId() {
        return TEMPLATE_ID;
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
    public DirectBuffer buffer() {
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
        return SCHEMA_ID;
    }

    @Override
    public int sbeSchemaVersion() {
        return VERSION;
    }
}
