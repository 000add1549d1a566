package io.millrace.node.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Both ways between lines and messages, for tests. */
final class MessageFixture {
    static final Path SCHEMA = Path.of("src/test/resources/everything.xml");

    private final JsonFactory factory = new JsonFactory();
    private final MessageWriter writer;
    private final MessagePrinter printer;

    MessageFixture(final Path schema, final String message) {
        final MessageSchema read = MessageSchema.read(schema);
        writer = new MessageWriter(read, message);
        printer = new MessagePrinter(read);
    }

    byte[] write(final String line) {
        return write(line.getBytes(UTF_8));
    }

    byte[] write(final byte[] line) {
        writer.write(line, 0, line.length);
        final byte[] message = new byte[writer.length()];
        writer.buffer().getBytes(0, message);
        return message;
    }

    String print(final byte[] message) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        // Not at index 0, and not at the end: it must look at its own bytes only.
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[message.length + 16]);
        buffer.putBytes(8, message);
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            printer.print(buffer, 8, message.length, generator);
        }
        return out.toString(UTF_8);
    }
}
