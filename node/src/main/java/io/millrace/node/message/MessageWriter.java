package io.millrace.node.message;

import io.millrace.log.error.MillraceException;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** Turns lines of JSON into messages of one kind, each with the header that SBE's codecs expect. One thread. */
public final class MessageWriter {
    private final MessageLayout layout;
    private final JsonLine json = new JsonLine();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private int length;

    /**
     * Creates a writer.
     *
     * @param schema  with the message
     * @param message name of it; null for the only one of the schema
     * @throws MillraceException CONFIGURATION when the schema has no such message, with the names of those that it has
     */
    public MessageWriter(final MessageSchema schema, final String message) {
        this.layout = schema.message(message);
    }

    /**
     * Name of the message.
     *
     * @return as in the schema
     */
    public String message() {
        return layout.name();
    }

    /**
     * Makes the message of one JSON object.
     *
     * @param bytes  that hold it, in UTF-8
     * @param offset of it
     * @param size   of it in bytes
     * @throws MillraceException CONFIGURATION when it is none, or not one of this message: what is wrong, and what is allowed
     */
    public void write(final byte[] bytes, final int offset, final int size) {
        length = layout.write(json.read(bytes, offset, size), buffer);
    }

    /**
     * The message, from index 0 on, until the next one is written.
     *
     * @return buffer that holds it
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * Length of the message.
     *
     * @return bytes, its header included
     */
    public int length() {
        return length;
    }
}
