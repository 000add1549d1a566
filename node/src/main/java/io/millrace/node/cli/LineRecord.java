package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.node.message.MessageSchema;
import io.millrace.node.message.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What of a line is the key and what the value, and whether the line is what it should be. */
final class LineRecord {
    private static final byte[] NOTHING = {};
    private static final int MAX_ECHO_LENGTH = 60;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            description = "What stands before S in a line is the key, the rest the value. Default: no key.")
    private String keySeparator;

    @Option(
            names = "--format",
            paramLabel = "value|json",
            description =
                    "value: a line is a value, byte for byte; json: it must be one JSON value, and is published as it"
                            + " stands, or with --schema as a message. Default: value; with --schema, json.")
    private Format format;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean isJson;

    @Option(
            names = "--schema",
            paramLabel = "FILE.xml",
            description =
                    "SBE schema: each line must be a JSON object, and is published as the SBE message that it stands for.")
    private Path schema;

    @Option(
            names = "--message",
            paramLabel = "NAME",
            description = "Which message of the schema. Default: the only one that it has.")
    private String message;

    @Option(
            names = "--key-field",
            paramLabel = "NAME",
            description = "Each line must be a JSON object, and the key is the text or number in its field NAME.")
    private String keyField;

    private final JsonFactory json = new JsonFactory();
    private final UnsafeBuffer bytes = new UnsafeBuffer(NOTHING);
    private MessageWriter writer;
    private byte[] separator;
    private byte[] key = NOTHING;
    private int valueOffset;
    private int valueLength;

    /** What a line is. */
    enum Format {
        value,
        json
    }

    /** Checks the options themselves. */
    void begin() {
        if (keySeparator != null && keyField != null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "--key-separator and --key-field exclude each other: a record has one key");
        }
        if (keySeparator != null && keySeparator.isEmpty()) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "--key-separator is empty");
        }
        if (message != null && schema == null) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "--message goes with --schema");
        }
        if (format == Format.value && (isJson || schema != null)) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "--format value does not go with " + (isJson ? "--json" : "--schema, whose lines are JSON"));
        }
        isJson |= format == Format.json || schema != null;
        separator = keySeparator == null ? NOTHING : keySeparator.getBytes(StandardCharsets.UTF_8);
        writer = schema == null ? null : new MessageWriter(MessageSchema.read(schema), message);
    }

    /** Takes a line apart; throws one line when it is not what it should be. */
    void read(final LineInput line) {
        key = NOTHING;
        valueOffset = 0;
        if (separator.length > 0) {
            final int index = indexOfSeparator(line);
            if (index < 0) {
                throw wrong(line, "has no key separator '" + keySeparator + "'");
            }
            key = Arrays.copyOf(line.bytes(), index);
            valueOffset = index + separator.length;
        }
        valueLength = line.length() - valueOffset;
        if (keyField != null || (isJson && writer == null)) {
            checkJson(line);
        }
        if (writer != null) {
            write(line);
        }
    }

    private void write(final LineInput line) {
        try {
            writer.write(line.bytes(), valueOffset, valueLength);
        } catch (final MillraceException ex) {
            throw new MillraceException(
                    ex.code(),
                    "line " + line.number() + " for message " + writer.message() + ": " + ex.getMessage(),
                    ex);
        }
        valueOffset = 0;
        valueLength = writer.length();
    }

    /** Of the last line; empty for none. */
    byte[] key() {
        return key;
    }

    /** What holds the value of the last line. */
    DirectBuffer value(final LineInput line) {
        if (writer != null) {
            return writer.buffer();
        }
        bytes.wrap(line.bytes());
        return bytes;
    }

    /** Where the value begins in what holds it. */
    int valueOffset() {
        return valueOffset;
    }

    /** Of the value, in bytes. */
    int valueLength() {
        return valueLength;
    }

    private int indexOfSeparator(final LineInput line) {
        final byte[] text = line.bytes();
        for (int i = 0; i <= line.length() - separator.length; i++) {
            int matched = 0;
            while (matched < separator.length && text[i + matched] == separator[matched]) {
                matched++;
            }
            if (matched == separator.length) {
                return i;
            }
        }
        return -1;
    }

    private void checkJson(final LineInput line) {
        String found = null;
        try (JsonParser parser =
                json.createParser(ObjectReadContext.empty(), line.bytes(), valueOffset, line.length() - valueOffset)) {
            final JsonToken first = parser.nextToken();
            if (first == null) {
                throw wrong(line, "is empty, and no JSON value");
            }
            if (keyField != null && first != JsonToken.START_OBJECT) {
                throw wrong(line, "is no JSON object");
            }
            int depth = first.isStructStart() ? 1 : 0;
            while (depth > 0) {
                final JsonToken token = parser.nextToken();
                if (token == null) {
                    throw wrong(line, "is no JSON: it ends too early");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 1
                        && token == JsonToken.PROPERTY_NAME
                        && parser.currentName().equals(keyField)) {
                    found = keyText(parser, line);
                }
            }
            if (parser.nextToken() != null) {
                throw wrong(line, "holds more than one JSON value");
            }
        } catch (final JacksonException ex) {
            throw wrong(line, "is no JSON: " + OneLine.of(ex.getOriginalMessage()));
        }
        if (keyField != null) {
            if (found == null) {
                throw wrong(line, "has no field '" + keyField + "' for the key");
            }
            key = found.getBytes(StandardCharsets.UTF_8);
        }
    }

    private String keyText(final JsonParser parser, final LineInput line) {
        final JsonToken token = parser.nextToken();
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw wrong(line, "has no text or number in field '" + keyField + "' for the key");
        }
        return parser.getString();
    }

    private static MillraceException wrong(final LineInput line, final String why) {
        final String text =
                new String(line.bytes(), 0, Math.min(line.length(), MAX_ECHO_LENGTH), StandardCharsets.UTF_8);
        return new MillraceException(
                ErrorCode.CONFIGURATION,
                "line " + line.number() + ' ' + why + ": " + OneLine.of(text)
                        + (line.length() > MAX_ECHO_LENGTH ? "..." : ""));
    }
}
