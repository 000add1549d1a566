package io.millrace.operators.window;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes what the first half of a window sends. The tag stands behind, so that a value lies at a multiple of 8 as ever.
 *
 * <pre>
 *  value or state | tag (1): 0 for a value, 1 for a state
 * </pre>
 *
 * @param <V> type of the values.
 */
public final class PartialOrValueCodec<V> implements Codec<PartialOrValue<V>> {
    private static final byte VALUE = 0;
    private static final byte PARTIAL = 1;
    private static final int TAG_LENGTH = 1;

    private final Codec<V> codec;
    private final Aggregator<V, ?> aggregator;
    private final PartialOrValue<V> read = new PartialOrValue<>();

    /**
     * Creates a codec.
     *
     * @param codec      of the values.
     * @param aggregator that writes states; null for a codec that only reads.
     */
    public PartialOrValueCodec(final Codec<V> codec, final Aggregator<V, ?> aggregator) {
        this.codec = codec;
        this.aggregator = aggregator;
    }

    @Override
    public Codec<PartialOrValue<V>> forTask() {
        return new PartialOrValueCodec<>(codec.forTask(), aggregator);
    }

    @Override
    public PartialOrValue<V> decode(final DirectBuffer buffer, final int offset, final int length) {
        if (isPartial(buffer, offset, length)) {
            read.partial(buffer, offset, length - TAG_LENGTH);
        } else {
            read.value(codec.decode(buffer, offset, length - TAG_LENGTH));
        }
        return read;
    }

    private static boolean isPartial(final DirectBuffer buffer, final int offset, final int length) {
        final int tag = length < TAG_LENGTH ? -1 : buffer.getByte(offset + length - TAG_LENGTH);
        if (tag != VALUE && tag != PARTIAL) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "the bytes are neither a value nor a partial result: length=" + length);
        }
        return tag == PARTIAL;
    }

    @Override
    public PartialOrValue<V> decodeFresh(final DirectBuffer record) {
        final byte[] bytes = new byte[record.capacity()];
        record.getBytes(0, bytes);
        final UnsafeBuffer own = new UnsafeBuffer(bytes);
        final PartialOrValue<V> fresh = new PartialOrValue<>();
        if (isPartial(own, 0, bytes.length)) {
            fresh.partial(own, 0, bytes.length - TAG_LENGTH);
        } else {
            fresh.value(codec.decodeFresh(new UnsafeBuffer(bytes, 0, bytes.length - TAG_LENGTH)));
        }
        return fresh;
    }

    @Override
    public int encodedLength(final PartialOrValue<V> value) {
        return TAG_LENGTH
                + (value.isPartial()
                        ? aggregator.stateLength(value.table(), value.entry())
                        : codec.encodedLength(value.value()));
    }

    @Override
    public void encode(final PartialOrValue<V> value, final MutableDirectBuffer buffer, final int offset) {
        final int tagOffset = offset + encodedLength(value) - TAG_LENGTH;
        if (value.isPartial()) {
            aggregator.writeState(value.table(), value.entry(), buffer, offset);
            buffer.putByte(tagOffset, PARTIAL);
        } else {
            codec.encode(value.value(), buffer, offset);
            buffer.putByte(tagOffset, VALUE);
        }
    }

    @Override
    public boolean isBorrowed() {
        return codec.isBorrowed();
    }

    @Override
    public String describe() {
        return "partial result or " + codec.describe();
    }
}
