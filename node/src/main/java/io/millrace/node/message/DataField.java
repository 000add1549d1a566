package io.millrace.node.message;

import java.nio.charset.Charset;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.PrimitiveType;

/** Bytes of any length behind a block, with their length in front: a text where the schema names a character set. */
record DataField(
        String name, int sinceVersion, PrimitiveType lengthType, long maxLength, int dataOffset, Charset charset) {
    /** Writes what JSON says, null for nothing; returns the limit behind it. */
    int write(final Object json, final MutableDirectBuffer buffer, final int limit, final String path) {
        final byte[] bytes = json == null ? new byte[0] : Text.bytes(json, charset, path, allowed());
        if (bytes.length > maxLength) {
            throw Problems.wrong(path, allowed(), json);
        }
        IntegerType.put(lengthType, buffer, limit, bytes.length);
        buffer.putBytes(limit + dataOffset, bytes);
        return limit + dataOffset + bytes.length;
    }

    /** Prints what the message says; returns the limit behind it. */
    int print(final DirectBuffer buffer, final int limit, final JsonGenerator out) {
        MessageBody.checkRoom(buffer, limit, dataOffset, name);
        final long length = IntegerType.get(lengthType, buffer, limit);
        MessageBody.checkRoom(buffer, limit + dataOffset, length, name);
        final byte[] bytes = new byte[(int) length];
        buffer.getBytes(limit + dataOffset, bytes);
        out.writeName(name);
        Text.print(bytes, bytes.length, charset, out);
        return limit + dataOffset + bytes.length;
    }

    private String allowed() {
        return Text.allowed(charset, "at most " + maxLength + " bytes");
    }
}
