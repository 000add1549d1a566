package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Reads values to keep: where another codec lends a view on the bytes, this one makes a copy.
 *
 * @param <T> type of the values.
 */
final class KeptCodec<T> implements Codec<T> {
    private final Codec<T> codec;

    KeptCodec(final Codec<T> codec) {
        this.codec = codec;
    }

    @Override
    public Codec<T> forTask() {
        return new KeptCodec<>(codec.forTask());
    }

    @Override
    public T decode(final DirectBuffer buffer, final int offset, final int length) {
        return codec.copy(codec.decode(buffer, offset, length));
    }

    @Override
    public int encodedLength(final T value) {
        return codec.encodedLength(value);
    }

    @Override
    public void encode(final T value, final MutableDirectBuffer buffer, final int offset) {
        codec.encode(value, buffer, offset);
    }

    @Override
    public int fixedLength() {
        return codec.fixedLength();
    }

    @Override
    public String describe() {
        return codec.describe();
    }
}
