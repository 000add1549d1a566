package io.millrace.operators.keyed;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the top values of a key into a snapshot.
 *
 * <pre>
 *   0 int32 number of values | for each: int64 score, int32 length of the value, the value
 * </pre>
 */
final class TopListCodec<V> implements Codec<TopList<V>> {
    private static final int HEADER_LENGTH = Integer.BYTES;
    private static final int VALUE_HEADER_LENGTH = Long.BYTES + Integer.BYTES;

    private final Codec<V> codec;
    private final int limit;

    TopListCodec(final Codec<V> codec, final int limit) {
        this.codec = codec;
        this.limit = limit;
    }

    @Override
    public Codec<TopList<V>> forTask() {
        return new TopListCodec<>(codec.forTask(), limit);
    }

    @Override
    public TopList<V> decode(final DirectBuffer buffer, final int offset, final int length) {
        final TopList<V> list = new TopList<>(limit);
        check(length >= HEADER_LENGTH);
        final int size = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        check(size >= 0 && size <= limit);
        int at = HEADER_LENGTH;
        for (int i = 0; i < size; i++) {
            check(VALUE_HEADER_LENGTH <= length - at);
            final long score = buffer.getLong(offset + at, ByteOrder.LITTLE_ENDIAN);
            final int valueLength = buffer.getInt(offset + at + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
            at += VALUE_HEADER_LENGTH;
            check(valueLength >= 0 && valueLength <= length - at);
            check(i == 0 || score <= list.score(i - 1));
            list.insert(score, codec.copy(codec.decode(buffer, offset + at, valueLength)));
            at += valueLength;
        }
        return list;
    }

    private static void check(final boolean isFine) {
        if (!isFine) {
            throw new MillraceException(ErrorCode.MALFORMED_RECORD, "the bytes are no list of top values");
        }
    }

    @Override
    public int encodedLength(final TopList<V> list) {
        int length = HEADER_LENGTH;
        for (int i = 0; i < list.size(); i++) {
            length += VALUE_HEADER_LENGTH + codec.encodedLength(list.get(i));
        }
        return length;
    }

    @Override
    public void encode(final TopList<V> list, final MutableDirectBuffer buffer, final int offset) {
        buffer.putInt(offset, list.size(), ByteOrder.LITTLE_ENDIAN);
        int at = offset + HEADER_LENGTH;
        for (int i = 0; i < list.size(); i++) {
            final V value = list.get(i);
            final int length = codec.encodedLength(value);
            buffer.putLong(at, list.score(i), ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(at + Long.BYTES, length, ByteOrder.LITTLE_ENDIAN);
            codec.encode(value, buffer, at + VALUE_HEADER_LENGTH);
            at += VALUE_HEADER_LENGTH + length;
        }
    }

    @Override
    public String describe() {
        return "top " + limit + " of " + codec.describe();
    }
}
