package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.StringCodec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Writes strings, and none that ends with "refused". */
final class RefusingCodec implements Codec<String> {
    private final Codec<String> codec = new StringCodec();

    @Override
    public Codec<String> forTask() {
        return this;
    }

    @Override
    public String decode(final DirectBuffer buffer, final int offset, final int length) {
        return codec.decode(buffer, offset, length);
    }

    @Override
    public int encodedLength(final String value) {
        if (value.endsWith("refused")) {
            throw new IllegalArgumentException("refused: " + value);
        }
        return codec.encodedLength(value);
    }

    @Override
    public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
        codec.encode(value, buffer, offset);
    }

    @Override
    public String describe() {
        return "refusing";
    }
}
