package io.millrace.node.message;

import io.millrace.operators.codec.SbeHeader;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import tools.jackson.core.JsonGenerator;

/** A message of a schema. */
record MessageLayout(String name, int templateId, int schemaId, int version, MessageBody body) {
    /** Writes the message with its header; returns its length. */
    int write(final Map<String, Object> object, final ExpandableArrayBuffer buffer) {
        SbeHeader.write(buffer, 0, body.length(), templateId, schemaId, version);
        return body.write(object, buffer, SbeHeader.LENGTH, "");
    }

    /** Prints the message behind its header as an object. */
    void print(final DirectBuffer message, final int blockLength, final int ofVersion, final JsonGenerator out) {
        MessageBody.checkRoom(message, SbeHeader.LENGTH, blockLength, "its block");
        out.writeStartObject();
        body.print(message, SbeHeader.LENGTH, blockLength, ofVersion, out);
        out.writeEndObject();
    }
}
