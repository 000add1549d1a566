package io.millrace.torture.job;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A fixed number of 64-bit integers, little-endian. */
final class LongsCodec implements Codec<long[]> {
    private final int count;

    LongsCodec(final int count) {
        this.count = count;
    }

    @Override
    public Codec<long[]> forTask() {
        return this;
    }

    @Override
    public long[] decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length != fixedLength()) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, count + " 64-bit integers are not " + length + " bytes long");
        }
        final long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = buffer.getLong(offset + i * Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        }
        return values;
    }

    @Override
    public int fixedLength() {
        return count * Long.BYTES;
    }

    @Override
    public int encodedLength(final long[] value) {
        return fixedLength();
    }

    @Override
    public void encode(final long[] value, final MutableDirectBuffer buffer, final int offset) {
        for (int i = 0; i < count; i++) {
            buffer.putLong(offset + i * Long.BYTES, value[i], ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Override
    public String describe() {
        return count + " x int64";
    }
}
