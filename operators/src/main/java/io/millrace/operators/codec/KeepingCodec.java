package io.millrace.operators.codec;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Reads values to keep: where another codec lends a view on the bytes, this one makes a copy.
 *
 * @param <T> type of the values.
 */
public final class KeepingCodec<T> implements Codec<T> {
    private final Codec<T> codec;

    private KeepingCodec(final Codec<T> codec) {
        this.codec = codec;
    }

    /**
     * Makes a codec whose values may be kept beyond the call.
     *
     * @param codec that may lend its values.
     * @param <T>   type of the values.
     * @return the codec itself where it lends nothing.
     */
    public static <T> Codec<T> of(final Codec<T> codec) {
        return codec.isBorrowed() ? new KeepingCodec<>(codec) : codec;
    }

    @Override
    public Codec<T> forTask() {
        return new KeepingCodec<>(codec.forTask());
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
