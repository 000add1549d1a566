package io.millrace.node.message;

import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.PrimitiveType;

/** A repeating group: an array of objects. */
record GroupField(
        String name,
        int sinceVersion,
        int headerLength,
        Member blockLength,
        Member count,
        long maxCount,
        MessageBody body) {
    /** A number in the header of the group. */
    record Member(PrimitiveType type, int offset) {}

    /** Writes what JSON says, null for no entry; returns the limit behind it. */
    int write(final Object json, final MutableDirectBuffer buffer, final int limit, final String path) {
        if (json != null && !(json instanceof List<?>)) {
            throw Problems.wrong(path, allowed(), json);
        }
        final List<?> entries = json == null ? List.of() : (List<?>) json;
        if (entries.size() > maxCount) {
            throw Problems.wrong(path, allowed(), entries.size() + " of them");
        }
        buffer.setMemory(limit, headerLength, (byte) 0);
        IntegerType.put(blockLength.type(), buffer, limit + blockLength.offset(), body.length());
        IntegerType.put(count.type(), buffer, limit + count.offset(), entries.size());
        int next = limit + headerLength;
        for (int i = 0; i < entries.size(); i++) {
            final String entryPath = path + '[' + i + ']';
            if (!(entries.get(i) instanceof Map<?, ?> entry)) {
                throw Problems.wrong(entryPath, "an object", String.valueOf(entries.get(i)));
            }
            next = body.write(entry, buffer, next, entryPath + '.');
        }
        return next;
    }

    /** Prints what the message says; returns the limit behind it. */
    int print(final DirectBuffer buffer, final int limit, final int version, final JsonGenerator out) {
        MessageBody.checkRoom(buffer, limit, headerLength, name);
        final long entryLength = IntegerType.get(blockLength.type(), buffer, limit + blockLength.offset());
        final long entries = IntegerType.get(count.type(), buffer, limit + count.offset());
        out.writeName(name);
        out.writeStartArray();
        int next = limit + headerLength;
        for (long i = 0; i < entries; i++) {
            MessageBody.checkRoom(buffer, next, entryLength, name);
            out.writeStartObject();
            next = body.print(buffer, next, (int) entryLength, version, out);
            out.writeEndObject();
        }
        out.writeEndArray();
        return next;
    }

    private String allowed() {
        return "an array of at most " + maxCount + " objects";
    }
}
