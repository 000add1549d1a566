package io.millrace.operators.join;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes what the steps of a foreign-key join tell each other.
 *
 * <pre>
 *  value | int64 version | int64 event time | kind (1), plus 16 if there is a value
 * </pre>
 *
 * @param <V> type of the values.
 */
public final class LinkMessageCodec<V> implements Codec<LinkMessage<V>> {
    private static final int HAS_VALUE = 16;
    private static final int VERSION = 0;
    private static final int TIME = 8;
    private static final int KIND = 16;
    private static final int TRAILER_LENGTH = 17;

    private final Codec<V> values;
    private final LinkMessage<V> read = new LinkMessage<>();

    /**
     * Creates a codec.
     *
     * @param values codec of the values.
     */
    public LinkMessageCodec(final Codec<V> values) {
        this.values = values;
    }

    @Override
    public Codec<LinkMessage<V>> forTask() {
        return new LinkMessageCodec<>(values.forTask());
    }

    @Override
    public LinkMessage<V> decode(final DirectBuffer buffer, final int offset, final int length) {
        final int kind = kind(buffer, offset, length);
        final V value = kind < HAS_VALUE ? null : values.decode(buffer, offset, length - TRAILER_LENGTH);
        return wrap(read, buffer, offset + length - TRAILER_LENGTH, kind, value);
    }

    private static int kind(final DirectBuffer buffer, final int offset, final int length) {
        final int kind = length < TRAILER_LENGTH ? -1 : buffer.getByte(offset + length - TRAILER_LENGTH + KIND);
        if (kind < 0 || (kind & ~HAS_VALUE) > LinkMessage.ENDED) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "the bytes are no message of a foreign-key join: length=" + length);
        }
        return kind;
    }

    private static <V> LinkMessage<V> wrap(
            final LinkMessage<V> message, final DirectBuffer buffer, final int trailer, final int kind, final V value) {
        return message.wrap(
                kind & ~HAS_VALUE,
                buffer.getLong(trailer + VERSION, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(trailer + TIME, ByteOrder.LITTLE_ENDIAN),
                value);
    }

    @Override
    public LinkMessage<V> decodeFresh(final DirectBuffer record) {
        final int length = record.capacity();
        final int kind = kind(record, 0, length);
        final V value =
                kind < HAS_VALUE ? null : values.decodeFresh(new UnsafeBuffer(record, 0, length - TRAILER_LENGTH));
        return wrap(new LinkMessage<>(), record, length - TRAILER_LENGTH, kind, value);
    }

    @Override
    public int encodedLength(final LinkMessage<V> message) {
        return (message.value() == null ? 0 : values.encodedLength(message.value())) + TRAILER_LENGTH;
    }

    @Override
    public void encode(final LinkMessage<V> message, final MutableDirectBuffer buffer, final int offset) {
        int trailer = offset;
        int kind = message.kind();
        if (message.value() != null) {
            trailer += values.encodedLength(message.value());
            values.encode(message.value(), buffer, offset);
            kind |= HAS_VALUE;
        }
        buffer.putLong(trailer + VERSION, message.version(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(trailer + TIME, message.timeNs(), ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(trailer + KIND, (byte) kind);
    }

    @Override
    public boolean isBorrowed() {
        // The message itself is moved from record to record.
        return true;
    }

    @Override
    public String describe() {
        return "link of " + values.describe();
    }
}
