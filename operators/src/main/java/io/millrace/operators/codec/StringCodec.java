package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Strings as UTF-8 bytes without a length prefix: the record's length says where they end. */
public final class StringCodec implements Codec<String> {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private String lastMeasured;
    private byte[] lastBytes;

    /** Creates a codec. */
    public StringCodec() {}

    @Override
    public Codec<String> forTask() {
        return new StringCodec();
    }

    @Override
    public String decode(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        try {
            // Unlike the String constructor, a decoder refuses what is no UTF-8 instead of putting something in its
            // place.
            return decoder.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (final CharacterCodingException e) {
            throw new MillraceException(ErrorCode.MALFORMED_RECORD, "a string is not UTF-8: " + e.getMessage(), e);
        }
    }

    @Override
    public int encodedLength(final String value) {
        return bytesOf(value).length;
    }

    @Override
    public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, bytesOf(value));
    }

    @Override
    public String describe() {
        return "string";
    }

    // A value is measured and then written: the bytes made for the first are kept for the second.
    @SuppressWarnings("ReferenceEquality")
    private byte[] bytesOf(final String value) {
        if (value != lastMeasured) {
            lastBytes = value.getBytes(StandardCharsets.UTF_8);
            lastMeasured = value;
        }
        return lastBytes;
    }
}
