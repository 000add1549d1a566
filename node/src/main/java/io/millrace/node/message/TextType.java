package io.millrace.node.message;

import java.nio.charset.Charset;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/** A text of fixed length, padded with zero bytes. One of zero bytes alone is no text where that may be. */
final class TextType implements FieldType {
    private final int length;
    private final Charset charset;
    private final boolean isOptional;

    TextType(final int length, final Charset charset, final boolean isOptional) {
        this.length = length;
        this.charset = charset;
        this.isOptional = isOptional;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public boolean isOptional() {
        return isOptional;
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        buffer.setMemory(index, length, (byte) 0);
        if (json == null && isOptional) {
            return;
        }
        final byte[] bytes = Text.bytes(json, charset, path, allowed());
        final boolean isZeroInside = json instanceof String && ((String) json).indexOf(0) >= 0;
        if (bytes.length > length || isZeroInside) {
            throw Problems.wrong(path, allowed(), json);
        }
        buffer.putBytes(index, bytes);
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(index, bytes);
        int textLength = length;
        while (textLength > 0 && bytes[textLength - 1] == 0) {
            textLength--;
        }
        if (isOptional && textLength == 0) {
            out.writeNull();
            return;
        }
        boolean isText = true;
        for (int i = 0; i < textLength; i++) {
            isText &= bytes[i] != 0;
        }
        Text.print(bytes, textLength, isText ? charset : null, out);
    }

    private String allowed() {
        return Text.allowed(charset, "at most " + length + " bytes, none of them zero,")
                + (isOptional ? ", or null" : "");
    }
}
