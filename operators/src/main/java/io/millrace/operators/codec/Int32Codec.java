package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** 32-bit integers as four bytes, little-endian. */
public final class Int32Codec implements Codec<Integer> {
    /** Creates a codec. */
    public Int32Codec() {}

    @Override
    public Codec<Integer> forTask() {
        return this;
    }

    @Override
    public Integer decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length != Integer.BYTES) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "a 32-bit integer is 4 bytes long, this value has " + length);
        }
        return buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int fixedLength() {
        return Integer.BYTES;
    }

    @Override
    public int encodedLength(final Integer value) {
        return Integer.BYTES;
    }

    @Override
    public void encode(final Integer value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putInt(offset, value, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String describe() {
        return "int32";
    }
}
