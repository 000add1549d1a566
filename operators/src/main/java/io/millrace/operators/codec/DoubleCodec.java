package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * 64-bit floating-point numbers as eight bytes, IEEE 754, little-endian. Equal values have equal bytes: there is one
 * not-a-number, whatever its bits were, and 0.0 and -0.0 differ as they do for {@link Double#equals}.
 */
public final class DoubleCodec implements Codec<Double> {
    /** Creates a codec. */
    public DoubleCodec() {}

    @Override
    public Codec<Double> forTask() {
        return this;
    }

    @Override
    public Double decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length != Double.BYTES) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "a 64-bit number is 8 bytes long, this value has " + length);
        }
        return buffer.getDouble(offset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int fixedLength() {
        return Double.BYTES;
    }

    @Override
    public int encodedLength(final Double value) {
        return Double.BYTES;
    }

    @Override
    public void encode(final Double value, final MutableDirectBuffer buffer, final int offset) {
        // Not the raw bits: as a key, each not-a-number would be another one.
        buffer.putLong(offset, Double.doubleToLongBits(value), ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String describe() {
        return "float64";
    }
}
