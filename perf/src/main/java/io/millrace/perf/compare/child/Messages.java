package io.millrace.perf.compare.child;

import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** The messages of one stream, made one after the other in one place: all bytes follow from stream, sequence and length. */
final class Messages {
    static final int STREAM_SHIFT = 48;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final UnsafeBuffer buffer;
    private final int length;
    private final long stream;

    /** Messages of a length of 24 bytes or more, a multiple of 8. */
    Messages(final int length, final int stream) {
        this.buffer = new UnsafeBuffer(new byte[length]);
        this.length = length;
        this.stream = (long) stream << STREAM_SHIFT;
        for (int i = 0; i < length; i++) {
            buffer.putByte(i, (byte) (i * 31 + 7));
        }
    }

    /** The message with a sequence; valid until the next one is made. */
    UnsafeBuffer at(final long sequence) {
        final long first = stream | sequence;
        buffer.putLong(0, first);
        buffer.putLong(length - Long.BYTES, last(first));
        return buffer;
    }

    /** The message with a sequence that carries a number of the caller's. */
    UnsafeBuffer at(final long sequence, final long value) {
        buffer.putLong(Long.BYTES, value);
        return at(sequence);
    }

    int length() {
        return length;
    }

    /** What the last word must be, given the first. */
    static long last(final long first) {
        return first * MIX;
    }

    /** The checksum over all bytes of the first messages of a stream. */
    static long checksum(final int length, final int stream, final long count) {
        final Messages messages = new Messages(length, stream);
        final CRC32C crc = new CRC32C();
        for (long sequence = 0; sequence < count; sequence++) {
            crc.update(messages.at(sequence).byteArray(), 0, length);
        }
        return crc.getValue();
    }
}
