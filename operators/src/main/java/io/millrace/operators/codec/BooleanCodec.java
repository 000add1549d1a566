package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Truth values as one byte: 0 is false, 1 is true, and nothing else is taken. */
public final class BooleanCodec implements Codec<Boolean> {
    private static final byte FALSE = 0;
    private static final byte TRUE = 1;

    /** Creates a codec. */
    public BooleanCodec() {}

    @Override
    public Codec<Boolean> forTask() {
        return this;
    }

    @Override
    public Boolean decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length != Byte.BYTES) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "a truth value is 1 byte long, this value has " + length);
        }
        final byte read = buffer.getByte(offset);
        if (read != TRUE && read != FALSE) {
            throw new MillraceException(ErrorCode.MALFORMED_RECORD, "a truth value is 0 or 1, this byte is " + read);
        }
        return read == TRUE;
    }

    @Override
    public int fixedLength() {
        return Byte.BYTES;
    }

    @Override
    public int encodedLength(final Boolean value) {
        return Byte.BYTES;
    }

    @Override
    public void encode(final Boolean value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putByte(offset, value ? TRUE : FALSE);
    }

    @Override
    public String describe() {
        return "bool";
    }
}
