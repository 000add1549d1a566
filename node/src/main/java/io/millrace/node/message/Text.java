package io.millrace.node.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Bytes in JSON: a text where they are one in their character set, else an object with their Base64, so that none is lost. */
final class Text {
    private static final String BASE64 = "base64";

    private Text() {}

    /** The bytes that JSON stands for; a null character set means bytes that are no text. */
    static byte[] bytes(final Object json, final Charset charset, final String path, final String allowed) {
        if (json instanceof String text && charset != null) {
            try {
                final ByteBuffer encoded = charset.newEncoder().encode(java.nio.CharBuffer.wrap(text));
                final byte[] bytes = new byte[encoded.remaining()];
                encoded.get(bytes);
                return bytes;
            } catch (final CharacterCodingException ex) {
                throw Problems.wrong(path, allowed, json);
            }
        }
        if (json instanceof Map<?, ?> object && object.size() == 1 && object.get(BASE64) instanceof String encoded) {
            try {
                return Base64.getDecoder().decode(encoded);
            } catch (final IllegalArgumentException ex) {
                throw Problems.wrong(path + '.' + BASE64, "Base64", encoded);
            }
        }
        throw Problems.wrong(path, allowed, json);
    }

    /** Prints the first bytes as a text, or all of them as Base64 when the first are none. */
    static void print(final byte[] bytes, final int textLength, final Charset charset, final JsonGenerator out) {
        if (charset != null) {
            try {
                out.writeString(charset.newDecoder()
                        .decode(ByteBuffer.wrap(bytes, 0, textLength))
                        .toString());
                return;
            } catch (final CharacterCodingException ex) {
                // Not a text, whatever the schema says.
            }
        }
        out.writeStartObject();
        out.writeStringProperty(BASE64, Base64.getEncoder().encodeToString(bytes));
        out.writeEndObject();
    }

    /** What is allowed, for people. */
    static String allowed(final Charset charset, final String length) {
        return (charset == null ? "{\"base64\":\"...\"}" : "a text") + " of " + length
                + (charset == null ? "" : " in " + charset);
    }
}
