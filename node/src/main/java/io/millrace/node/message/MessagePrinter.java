package io.millrace.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.SbeHeader;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import tools.jackson.core.JsonGenerator;

/** Prints the messages of a schema as JSON objects, each by the template id in its header. One thread. */
public final class MessagePrinter {
    private static final int UINT16 = 0xFFFF;
    private static final int TEMPLATE_ID_OFFSET = 2;
    private static final int SCHEMA_ID_OFFSET = 4;
    private static final int VERSION_OFFSET = 6;

    private final MessageSchema schema;
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);

    /**
     * Creates a printer.
     *
     * @param schema of the messages
     */
    public MessagePrinter(final MessageSchema schema) {
        this.schema = schema;
    }

    /**
     * Prints a message.
     *
     * @param buffer that holds it
     * @param offset of its header
     * @param length of it in bytes, its header included
     * @param out    to print to; when this throws, a part may have been printed
     * @throws MillraceException MALFORMED_RECORD when it is no message of the schema, or ends too early
     */
    public void print(final DirectBuffer buffer, final int offset, final int length, final JsonGenerator out) {
        message.wrap(buffer, offset, length);
        layout().print(message, uint16(0), uint16(VERSION_OFFSET), out);
    }

    /**
     * Name of the message that was printed last.
     *
     * @return as in the schema
     */
    public String message() {
        return layout().name();
    }

    private MessageLayout layout() {
        if (message.capacity() < SbeHeader.LENGTH) {
            throw Problems.malformed("it is shorter than a message's header: length=" + message.capacity());
        }
        final int schemaId = uint16(SCHEMA_ID_OFFSET);
        final int templateId = uint16(TEMPLATE_ID_OFFSET);
        final MessageLayout layout = schemaId == schema.id() ? schema.message(templateId) : null;
        if (layout == null) {
            throw Problems.malformed(
                    "it has template " + templateId + " of schema " + schemaId + ", which is not in " + schema);
        }
        return layout;
    }

    private int uint16(final int index) {
        return message.getShort(index, LITTLE_ENDIAN) & UINT16;
    }
}
