package io.millrace.operators.aggregate;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the values with the largest scores.
 *
 * <pre>
 *  count (4) | for each: score (8), length (4), value
 * </pre>
 */
final class TopNCodec<V> implements Codec<TopN<V>> {
    private static final int HEADER_LENGTH = Integer.BYTES;
    private static final int ITEM_LENGTH = Long.BYTES + Integer.BYTES;

    private final Codec<V> codec;

    TopNCodec(final Codec<V> codec) {
        this.codec = codec;
    }

    @Override
    public Codec<TopN<V>> forTask() {
        return new TopNCodec<>(codec.forTask());
    }

    @Override
    public TopN<V> decode(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        check(length >= HEADER_LENGTH);
        final int count = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        check(count >= 0 && (long) count * ITEM_LENGTH <= length - HEADER_LENGTH);
        final TopN<V> top = new TopN<>(count);
        int at = offset + HEADER_LENGTH;
        for (int i = 0; i < count; i++) {
            check(end - at >= ITEM_LENGTH);
            top.scores[i] = buffer.getLong(at, ByteOrder.LITTLE_ENDIAN);
            final int valueLength = buffer.getInt(at + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
            at += ITEM_LENGTH;
            check(valueLength >= 0 && valueLength <= end - at);
            top.values[i] = codec.copy(codec.decode(buffer, at, valueLength));
            at += valueLength;
        }
        return top;
    }

    private static void check(final boolean isTrue) {
        if (!isTrue) {
            throw new MillraceException(ErrorCode.MALFORMED_RECORD, "the bytes are no list of values and their scores");
        }
    }

    @Override
    public int encodedLength(final TopN<V> value) {
        int length = HEADER_LENGTH;
        for (final V item : value.values) {
            length += ITEM_LENGTH + codec.encodedLength(item);
        }
        return length;
    }

    @Override
    public void encode(final TopN<V> value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putInt(offset, value.values.length, ByteOrder.LITTLE_ENDIAN);
        int at = offset + HEADER_LENGTH;
        for (int i = 0; i < value.values.length; i++) {
            final int length = codec.encodedLength(value.values[i]);
            buffer.putLong(at, value.scores[i], ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(at + Long.BYTES, length, ByteOrder.LITTLE_ENDIAN);
            codec.encode(value.values[i], buffer, at + ITEM_LENGTH);
            at += ITEM_LENGTH + length;
        }
    }

    @Override
    public boolean isBorrowed() {
        return codec.isBorrowed();
    }

    @Override
    public TopN<V> copy(final TopN<V> value) {
        return value.keep(codec);
    }

    @Override
    public String describe() {
        return "list of " + codec.describe();
    }
}
