package io.millrace.node.message;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.ir.Encoding;

/** One character of one byte. */
final class CharType implements FieldType {
    private final boolean isOptional;
    private final long min;
    private final long max;
    private final long nullValue;

    CharType(final Encoding encoding, final boolean isOptional) {
        this.isOptional = isOptional;
        this.min = encoding.applicableMinValue().longValue();
        this.max = encoding.applicableMaxValue().longValue();
        this.nullValue = encoding.applicableNullValue().longValue();
    }

    @Override
    public int length() {
        return Byte.BYTES;
    }

    @Override
    public boolean isOptional() {
        return isOptional;
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        if (json == null && isOptional) {
            buffer.putByte(index, (byte) nullValue);
        } else if (json instanceof String text && text.length() == 1 && isAllowed(text.charAt(0))) {
            buffer.putByte(index, (byte) text.charAt(0));
        } else {
            throw Problems.wrong(
                    path,
                    "a text of one character from U+" + String.format("%04X to U+%04X", min, max)
                            + (isOptional ? ", or null" : ""),
                    json);
        }
    }

    private boolean isAllowed(final char value) {
        return value >= min && value <= max && !(isOptional && value == nullValue);
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final int value = buffer.getByte(index) & 0xFF;
        if (isOptional && value == nullValue) {
            out.writeNull();
        } else {
            out.writeString(String.valueOf((char) value));
        }
    }
}
