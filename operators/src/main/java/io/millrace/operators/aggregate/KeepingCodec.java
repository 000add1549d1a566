package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Reads what another codec lends as values that may be kept. */
final class KeepingCodec<A> implements Codec<A> {
    private final Codec<A> codec;

    private KeepingCodec(final Codec<A> codec) {
        this.codec = codec;
    }

    static <A> Codec<A> of(final Codec<A> codec) {
        return codec.isBorrowed() ? new KeepingCodec<>(codec) : codec;
    }

    @Override
    public Codec<A> forTask() {
        return new KeepingCodec<>(codec.forTask());
    }

    @Override
    public A decode(final DirectBuffer buffer, final int offset, final int length) {
        return codec.copy(codec.decode(buffer, offset, length));
    }

    @Override
    public int encodedLength(final A value) {
        return codec.encodedLength(value);
    }

    @Override
    public void encode(final A value, final MutableDirectBuffer buffer, final int offset) {
        codec.encode(value, buffer, offset);
    }

    @Override
    public String describe() {
        return codec.describe();
    }
}
