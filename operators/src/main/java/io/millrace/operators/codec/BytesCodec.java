package io.millrace.operators.codec;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Byte arrays as they are: the record's length says where they end. Every value read is an array of its own. */
public final class BytesCodec implements Codec<byte[]> {
    /** Creates a codec. */
    public BytesCodec() {}

    @Override
    public Codec<byte[]> forTask() {
        return this;
    }

    @Override
    public byte[] decode(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] value = new byte[length];
        buffer.getBytes(offset, value);
        return value;
    }

    @Override
    public int encodedLength(final byte[] value) {
        return value.length;
    }

    @Override
    public void encode(final byte[] value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, value);
    }

    @Override
    public String describe() {
        return "bytes";
    }
}
