package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.node.message.MessagePrinter;
import io.millrace.node.message.MessageSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.agrona.DirectBuffer;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** How {@code consume} writes a record: bytes of values as they are, or lines about the whole record. */
final class ConsumedFormat {
    /** The ways to write a record. */
    enum Kind {
        value,
        text,
        hex,
        json
    }

    @Option(
            names = "--format",
            paramLabel = "value|text|hex|json",
            defaultValue = "value",
            description = "value: the bytes of the value and a line feed; text, hex: a line with all fields, as in"
                    + " `log dump`; json: an object in a line, with all fields. Default: ${DEFAULT-VALUE}.")
    private Kind kind;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            description = "With --format value, put the key and S in front of each value.")
    private String keySeparator;

    @Option(
            names = "--schema",
            paramLabel = "FILE.xml",
            description =
                    "SBE schema: values are SBE messages, and printed as JSON objects; with --format value as lines"
                            + " that produce takes back, with --format json within the record.")
    private Path schema;

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private MessagePrinter messages;
    private final JsonFactory json =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    private final RecordFormat lines = new RecordFormat();
    private byte[] bytes = new byte[4096];

    /** Checks the options themselves. */
    void begin() {
        if (schema != null && (kind == Kind.text || kind == Kind.hex)) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "--schema goes with --format value or json, not with " + kind);
        }
        messages = schema == null ? null : new MessagePrinter(MessageSchema.read(schema));
    }

    /** Whether a record is shown at all; with values alone there is nothing to show of a watermark. */
    boolean isShown(final RecordFlyweight record) {
        return switch (record.kind()) {
            case RecordKind.DATA -> true;
            case RecordKind.TOMBSTONE, RecordKind.WATERMARK -> kind != Kind.value;
            default -> false;
        };
    }

    /** Writes a record, with a line feed at its end. */
    void write(final String topic, final int partition, final RecordFlyweight record, final OutputStream out)
            throws IOException {
        switch (kind) {
            case value -> {
                if (keySeparator != null) {
                    writeBytes(record.buffer(), record.keyOffset(), record.keyLength(), out);
                    out.write(keySeparator.getBytes(StandardCharsets.UTF_8));
                }
                if (messages == null) {
                    writeBytes(record.buffer(), record.valueOffset(), record.valueLength(), out);
                } else {
                    out.write(message(topic, partition, record));
                }
            }
            case text, hex ->
                out.write(lines.wholeLine(topic + '/' + partition, record, kind == Kind.hex)
                        .getBytes(StandardCharsets.UTF_8));
            case json -> writeJson(topic, partition, record, out);
        }
        out.write('\n');
    }

    private void writeBytes(final DirectBuffer buffer, final int offset, final int length, final OutputStream out)
            throws IOException {
        out.write(copy(buffer, offset, length), 0, length);
    }

    private byte[] copy(final DirectBuffer buffer, final int offset, final int length) {
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        buffer.getBytes(offset, bytes, 0, length);
        return bytes;
    }

    private void writeJson(
            final String topic, final int partition, final RecordFlyweight record, final OutputStream out) {
        // Made first: a value that is no message must not leave half a line.
        final byte[] value =
                messages != null && record.kind() == RecordKind.DATA ? message(topic, partition, record) : null;
        try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.writeStartObject();
            generator.writeStringProperty("topic", topic);
            generator.writeNumberProperty("partition", partition);
            generator.writeNumberProperty("position", record.position());
            generator.writeStringProperty("kind", RecordFormat.kind(record.kind()));
            generator.writeStringProperty("eventTime", RecordFormat.time(record.eventTimeNs()));
            generator.writeStringProperty("logTime", RecordFormat.time(record.logTimeNs()));
            if (record.producerId() != 0) {
                generator.writeNumberProperty("producer", record.producerId());
                generator.writeNumberProperty("sequence", record.sequence());
            }
            writeJson(generator, "key", record.buffer(), record.keyOffset(), record.keyLength());
            if (value != null) {
                generator.writeStringProperty("message", messages.message());
                generator.writeName("value");
                generator.writeRawValue(new String(value, StandardCharsets.UTF_8));
            } else if (record.kind() == RecordKind.DATA) {
                writeJson(generator, "value", record.buffer(), record.valueOffset(), record.valueLength());
            }
            generator.writeEndObject();
        }
    }

    private byte[] message(final String topic, final int partition, final RecordFlyweight record) {
        message.reset();
        try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), message)) {
            messages.print(record.buffer(), record.valueOffset(), record.valueLength(), generator);
        } catch (final MillraceException ex) {
            throw new MillraceException(
                    ex.code(),
                    "value is no message of the schema: topic=" + topic + " partition=" + partition + " position="
                            + record.position() + ": " + ex.getMessage(),
                    ex);
        }
        return message.toByteArray();
    }

    /** Bytes that are a text become one; others are given in Base64 under another name. */
    private void writeJson(
            final JsonGenerator generator,
            final String name,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (length == 0 && name.equals("key")) {
            return;
        }
        final byte[] copy = copy(buffer, offset, length);
        try {
            generator.writeStringProperty(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(copy, 0, length))
                            .toString());
        } catch (final CharacterCodingException ex) {
            final ByteBuffer encoded = Base64.getEncoder().encode(ByteBuffer.wrap(copy, 0, length));
            generator.writeStringProperty(
                    name + "Base64", StandardCharsets.US_ASCII.decode(encoded).toString());
        }
    }
}
