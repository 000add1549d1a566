package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** 64-bit integers as eight bytes, little-endian. */
public final class LongCodec implements Codec<Long> {
    /** Creates a codec. */
    public LongCodec() {}

    @Override
    public Codec<Long> forTask() {
        return this;
    }

    @Override
    public Long decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length != Long.BYTES) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "a 64-bit integer is 8 bytes long, this value has " + length);
        }
        return buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int fixedLength() {
        return Long.BYTES;
    }

    @Override
    public int encodedLength(final Long value) {
        return Long.BYTES;
    }

    @Override
    public void encode(final Long value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putLong(offset, value, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String describe() {
        return "int64";
    }
}
