package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The bytes of a key as a value: what is read is a view on them. */
public final class RowKeyCodec implements Codec<DirectBuffer> {
    private final UnsafeBuffer read = new UnsafeBuffer(0, 0);

    /** Creates a codec. */
    public RowKeyCodec() {}

    @Override
    public Codec<DirectBuffer> forTask() {
        return new RowKeyCodec();
    }

    @Override
    public DirectBuffer decode(final DirectBuffer buffer, final int offset, final int length) {
        read.wrap(buffer, offset, length);
        return read;
    }

    @Override
    public DirectBuffer decodeFresh(final DirectBuffer record) {
        return record;
    }

    @Override
    public int encodedLength(final DirectBuffer key) {
        return key.capacity();
    }

    @Override
    public void encode(final DirectBuffer key, final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, key, 0, key.capacity());
    }

    @Override
    public boolean isBorrowed() {
        return true;
    }

    @Override
    public String describe() {
        return "key";
    }
}
