package io.millrace.operators.join;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes changes of a table. What says which of the values are there stands behind them, so that the value after lies at a
 * multiple of 8 as ever. A delete has no value after; where the value before is not written, it has none at all.
 *
 * <pre>
 *  value after | value before | int32 length of the value before | flags (1): 1 has a value after, 2 has a value before
 * </pre>
 *
 * @param <V> type of the values.
 */
public final class ChangeCodec<V> implements Codec<Change<V>> {
    private static final int HAS_AFTER = 1;
    private static final int HAS_BEFORE = 2;
    private static final int TRAILER_LENGTH = Integer.BYTES + Byte.BYTES;

    private final Codec<V> afters;
    private final Codec<V> befores;
    private final boolean withBefore;
    private final Change<V> read = new Change<>();

    /**
     * Creates a codec.
     *
     * @param codec      of the values.
     * @param withBefore whether the value before is written; what reads without it cannot take back what it did for that value.
     */
    public ChangeCodec(final Codec<V> codec, final boolean withBefore) {
        this(codec, codec, withBefore);
    }

    private ChangeCodec(final Codec<V> afters, final Codec<V> befores, final boolean withBefore) {
        this.afters = afters;
        this.befores = befores;
        this.withBefore = withBefore;
    }

    @Override
    public Codec<Change<V>> forTask() {
        // Two instances, since a flyweight stands at one place at a time.
        return new ChangeCodec<>(afters.forTask(), befores.forTask(), withBefore);
    }

    @Override
    public Change<V> decode(final DirectBuffer buffer, final int offset, final int length) {
        final int flags = flags(buffer, offset, length);
        final int beforeLength = beforeLength(buffer, offset, length);
        final int afterLength = length - TRAILER_LENGTH - beforeLength;
        return read.wrap(
                (flags & HAS_BEFORE) == 0 ? null : befores.decode(buffer, offset + afterLength, beforeLength),
                (flags & HAS_AFTER) == 0 ? null : afters.decode(buffer, offset, afterLength));
    }

    private static int flags(final DirectBuffer buffer, final int offset, final int length) {
        final int flags = length < TRAILER_LENGTH ? -1 : buffer.getByte(offset + length - Byte.BYTES);
        if (flags < 0 || flags > (HAS_AFTER | HAS_BEFORE)) {
            throw malformed(length);
        }
        return flags;
    }

    private static int beforeLength(final DirectBuffer buffer, final int offset, final int length) {
        final int beforeLength = buffer.getInt(offset + length - TRAILER_LENGTH, ByteOrder.LITTLE_ENDIAN);
        if (beforeLength < 0 || beforeLength > length - TRAILER_LENGTH) {
            throw malformed(length);
        }
        return beforeLength;
    }

    private static MillraceException malformed(final int length) {
        return new MillraceException(
                ErrorCode.MALFORMED_RECORD, "the bytes are no change of a table: length=" + length);
    }

    @Override
    public Change<V> decodeFresh(final DirectBuffer record) {
        final int length = record.capacity();
        final int flags = flags(record, 0, length);
        final int beforeLength = beforeLength(record, 0, length);
        final int afterLength = length - TRAILER_LENGTH - beforeLength;
        return new Change<V>()
                .wrap(
                        (flags & HAS_BEFORE) == 0
                                ? null
                                : befores.decodeFresh(new UnsafeBuffer(record, afterLength, beforeLength)),
                        (flags & HAS_AFTER) == 0 ? null : afters.decodeFresh(new UnsafeBuffer(record, 0, afterLength)));
    }

    @Override
    public int encodedLength(final Change<V> change) {
        return afterLength(change) + beforeLength(change) + TRAILER_LENGTH;
    }

    private int afterLength(final Change<V> change) {
        return change.isDelete() ? 0 : afters.encodedLength(change.after());
    }

    private int beforeLength(final Change<V> change) {
        return isBeforeWritten(change) ? befores.encodedLength(change.before()) : 0;
    }

    private boolean isBeforeWritten(final Change<V> change) {
        return withBefore && change.hasBefore();
    }

    @Override
    public void encode(final Change<V> change, final MutableDirectBuffer buffer, final int offset) {
        final int afterLength = afterLength(change);
        final int beforeLength = beforeLength(change);
        int flags = 0;
        if (!change.isDelete()) {
            afters.encode(change.after(), buffer, offset);
            flags |= HAS_AFTER;
        }
        if (isBeforeWritten(change)) {
            befores.encode(change.before(), buffer, offset + afterLength);
            flags |= HAS_BEFORE;
        }
        final int trailer = offset + afterLength + beforeLength;
        buffer.putInt(trailer, beforeLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(trailer + Integer.BYTES, (byte) flags);
    }

    @Override
    public boolean isBorrowed() {
        // The change itself is moved from record to record.
        return true;
    }

    @Override
    public String describe() {
        return "change of " + afters.describe();
    }
}
