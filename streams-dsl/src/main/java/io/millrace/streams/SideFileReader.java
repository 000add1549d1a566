package io.millrace.streams;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.codec.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.agrona.ExpandableArrayBuffer;

/** Reads the rows of a side file as bytes, all of them or none. */
final class SideFileReader<K, V> {
    private static final int MAX_SHOWN_LENGTH = 80;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final SideFile<K, V> file;
    private final Codec<K> keyCodec;
    private final Codec<V> codec;
    private final int maxRecordLength;
    private final Map<ByteBuffer, byte[]> rows = new LinkedHashMap<>();
    private final Map<ByteBuffer, Integer> lines = new HashMap<>();
    private int number;

    SideFileReader(final SideFile<K, V> file, final int maxRecordLength) {
        this.file = file;
        this.keyCodec = file.keyCodec().forTask();
        this.codec = file.codec().forTask();
        this.maxRecordLength = maxRecordLength;
    }

    /** Gives values by key, in the order of the lines. */
    Map<ByteBuffer, byte[]> read() {
        if (Files.isDirectory(file.path())) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, file + " is a directory; give the path of a file of lines");
        }
        // It fails at bytes that are no text, and does not put something else in their place.
        try (BufferedReader reader = Files.newBufferedReader(file.path(), StandardCharsets.UTF_8)) {
            final BasicFileAttributes before = attributes();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                final String text = number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
                if (number > file.headerLines() && !text.isBlank()) {
                    add(text);
                }
            }
            checkUnchanged(before, attributes());
        } catch (final CharacterCodingException e) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    file + " behind line " + number + ": the bytes are no UTF-8; write the file in UTF-8",
                    e);
        } catch (final IOException e) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED, file + " cannot be read: " + e + "; nothing of it was taken", e);
        }
        return rows;
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(file.path(), BasicFileAttributes.class);
    }

    // One that was put in its place by a rename is another file: the one that was read is whole.
    private void checkUnchanged(final BasicFileAttributes before, final BasicFileAttributes after) {
        if (Objects.equals(before.fileKey(), after.fileKey())
                && (before.size() != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime()))) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    file + " was written while it was read, nothing of it was taken; start the job when it is complete,"
                            + " or put a new version in its place by a rename");
        }
    }

    private void add(final String line) {
        final ByteBuffer key;
        final byte[] value;
        try {
            final Map.Entry<? extends K, ? extends V> row = file.row(line);
            if (row == null) {
                return;
            }
            key = ByteBuffer.wrap(bytes(keyCodec, row.getKey()));
            value = bytes(codec, row.getValue());
        } catch (final Exception e) {
            throw bad(line, e.toString(), e);
        }
        if (!key.hasRemaining() || key.remaining() > RecordDescriptor.MAX_KEY_LENGTH) {
            throw bad(
                    line,
                    "a key is 1 to " + RecordDescriptor.MAX_KEY_LENGTH + " bytes long, this one has " + key.remaining(),
                    null);
        }
        final long length = (long) RecordDescriptor.HEADER_LENGTH + key.remaining() + value.length;
        if (length > maxRecordLength) {
            throw bad(line, "a row takes at most " + maxRecordLength + " bytes in the log, this one " + length, null);
        }
        final Integer before = lines.putIfAbsent(key, number);
        if (before != null) {
            throw bad(line, "its key is that of line " + before + "; each key has one line", null);
        }
        rows.put(key, value);
    }

    private MillraceException bad(final String line, final String why, final Exception cause) {
        final String shown = line.length() <= MAX_SHOWN_LENGTH ? line : line.substring(0, MAX_SHOWN_LENGTH) + "…";
        return new MillraceException(
                ErrorCode.MALFORMED_RECORD,
                file + " line " + number + ": " + why + ": \"" + shown
                        + "\"; correct the line, or have the function give null for what is no row; nothing of the file was"
                        + " taken",
                cause);
    }

    private static <T> byte[] bytes(final Codec<T> codec, final T value) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final int length = codec.encodedLength(value);
        codec.encode(value, buffer, 0);
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
