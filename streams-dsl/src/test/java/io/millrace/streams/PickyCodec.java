package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Writes texts, but none that ends in {@code bad}. */
final class PickyCodec implements Codec<String> {
    private final Codec<String> texts = Codecs.string().forTask();

    @Override
    public Codec<String> forTask() {
        return new PickyCodec();
    }

    @Override
    public String decode(final DirectBuffer buffer, final int offset, final int length) {
        return texts.decode(buffer, offset, length);
    }

    @Override
    public int encodedLength(final String value) {
        return texts.encodedLength(value);
    }

    @Override
    public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
        if (value.endsWith("bad")) {
            throw new IllegalArgumentException("will not write " + value);
        }
        texts.encode(value, buffer, offset);
    }

    @Override
    public String describe() {
        return "picky";
    }
}
