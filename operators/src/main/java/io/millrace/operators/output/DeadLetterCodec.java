package io.millrace.operators.output;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Dead letters as bytes, little-endian; a text or a byte string is an int32 length and its bytes, texts in UTF-8. The
 * length of a value that is not there is -1.
 *
 * <pre>
 *  0 int32 version, 1 | 4 int32 partition | 8 int64 position | 16 int64 event time |
 *  24 job | topic | operator | reason | key | value
 * </pre>
 */
public final class DeadLetterCodec implements Codec<DeadLetter> {
    private static final int VERSION = 1;
    private static final int PARTITION_OFFSET = 4;
    private static final int POSITION_OFFSET = 8;
    private static final int EVENT_TIME_OFFSET = 16;
    private static final int TEXTS_OFFSET = 24;
    private static final int PARTS = 6;
    private static final int VALUE = PARTS - 1;
    private static final int NO_VALUE = -1;

    /** Creates a codec. */
    public DeadLetterCodec() {}

    @Override
    public Codec<DeadLetter> forTask() {
        return this;
    }

    @Override
    public DeadLetter decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length < TEXTS_OFFSET || buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN) != VERSION) {
            throw malformed("is not one of version " + VERSION);
        }
        final byte[][] parts = new byte[PARTS][];
        int next = TEXTS_OFFSET;
        for (int i = 0; i < PARTS; i++) {
            if (length - next < Integer.BYTES) {
                throw malformed("ends after " + length + " bytes");
            }
            final int partLength = buffer.getInt(offset + next, ByteOrder.LITTLE_ENDIAN);
            next += Integer.BYTES;
            if (i == VALUE && partLength == NO_VALUE) {
                break;
            }
            if (partLength < 0 || partLength > length - next) {
                throw malformed("has a part of " + partLength + " bytes, " + (length - next) + " are left");
            }
            parts[i] = new byte[partLength];
            buffer.getBytes(offset + next, parts[i]);
            next += partLength;
        }
        if (next != length) {
            throw malformed("goes on for " + (length - next) + " bytes behind its end");
        }
        return new DeadLetter(
                text(parts[0]),
                text(parts[1]),
                buffer.getInt(offset + PARTITION_OFFSET, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + POSITION_OFFSET, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + EVENT_TIME_OFFSET, ByteOrder.LITTLE_ENDIAN),
                text(parts[2]),
                text(parts[3]),
                parts[4],
                parts[5]);
    }

    private static MillraceException malformed(final String what) {
        return new MillraceException(ErrorCode.MALFORMED_RECORD, "a dead letter " + what);
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int encodedLength(final DeadLetter letter) {
        int length = TEXTS_OFFSET;
        for (final byte[] part : parts(letter)) {
            length += Integer.BYTES + (part == null ? 0 : part.length);
        }
        return length;
    }

    @Override
    public void encode(final DeadLetter letter, final MutableDirectBuffer buffer, final int offset) {
        buffer.putInt(offset, VERSION, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + PARTITION_OFFSET, letter.partition(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + POSITION_OFFSET, letter.position(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + EVENT_TIME_OFFSET, letter.eventTimeNs(), ByteOrder.LITTLE_ENDIAN);
        int next = offset + TEXTS_OFFSET;
        for (final byte[] part : parts(letter)) {
            if (part == null) {
                buffer.putInt(next, NO_VALUE, ByteOrder.LITTLE_ENDIAN);
                break;
            }
            buffer.putInt(next, part.length, ByteOrder.LITTLE_ENDIAN);
            buffer.putBytes(next + Integer.BYTES, part);
            next += Integer.BYTES + part.length;
        }
    }

    private static byte[][] parts(final DeadLetter letter) {
        return new byte[][] {
            letter.job().getBytes(StandardCharsets.UTF_8),
            letter.topic().getBytes(StandardCharsets.UTF_8),
            letter.operator().getBytes(StandardCharsets.UTF_8),
            letter.reason().getBytes(StandardCharsets.UTF_8),
            letter.key(),
            letter.value()
        };
    }

    @Override
    public String describe() {
        return "dead letter";
    }
}
