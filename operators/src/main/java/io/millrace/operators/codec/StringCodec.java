package io.millrace.operators.codec;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Strings as UTF-8 bytes without a length prefix: the record's length says where they end. A string that has no exact
 * form in UTF-8, because it holds half of a surrogate pair, is refused when it is written.
 */
public final class StringCodec implements Codec<String> {
    private final Utf8 utf8 = new Utf8();

    /** Creates a codec. */
    public StringCodec() {}

    @Override
    public Codec<String> forTask() {
        return new StringCodec();
    }

    @Override
    public String decode(final DirectBuffer buffer, final int offset, final int length) {
        final String value = utf8.read(buffer, offset, length);
        if (value == null) {
            throw new MillraceException(ErrorCode.MALFORMED_RECORD, "a string of " + length + " bytes is not UTF-8");
        }
        return value;
    }

    @Override
    public int encodedLength(final String value) {
        return Utf8.length(value);
    }

    @Override
    public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
        utf8.write(value, Utf8.length(value), buffer, offset);
    }

    @Override
    public String describe() {
        return "string";
    }
}
