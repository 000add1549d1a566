package io.millrace.operators.join;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes what a join has found. What says which of the values are there stands behind them, so that the left one lies at a
 * multiple of 8 as ever. The time of a value that is missing is written as 0.
 *
 * <pre>
 *  left | right | int64 time of left | int64 time of right | int32 length of left | flags (1): 1 has left, 2 has right
 * </pre>
 *
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public final class JoinedCodec<L, R> implements Codec<Joined<L, R>> {
    private static final int HAS_LEFT = 1;
    private static final int HAS_RIGHT = 2;
    private static final int LEFT_TIME = 0;
    private static final int RIGHT_TIME = 8;
    private static final int LEFT_LENGTH = 16;
    private static final int FLAGS = 20;
    private static final int TRAILER_LENGTH = 21;

    private final Codec<L> lefts;
    private final Codec<R> rights;
    private final Joined<L, R> read = new Joined<>();

    /**
     * Creates a codec.
     *
     * @param lefts  of the values of the left side.
     * @param rights of the values of the right side.
     */
    public JoinedCodec(final Codec<L> lefts, final Codec<R> rights) {
        this.lefts = lefts;
        this.rights = rights;
    }

    @Override
    public Codec<Joined<L, R>> forTask() {
        return new JoinedCodec<>(lefts.forTask(), rights.forTask());
    }

    @Override
    public Joined<L, R> decode(final DirectBuffer buffer, final int offset, final int length) {
        final int leftLength = leftLength(buffer, offset, length);
        final int trailer = offset + length - TRAILER_LENGTH;
        final int flags = buffer.getByte(trailer + FLAGS);
        final L left = (flags & HAS_LEFT) == 0 ? null : lefts.decode(buffer, offset, leftLength);
        final R right = (flags & HAS_RIGHT) == 0
                ? null
                : rights.decode(buffer, offset + leftLength, length - TRAILER_LENGTH - leftLength);
        read.wrap(left, time(buffer, trailer + LEFT_TIME), right, time(buffer, trailer + RIGHT_TIME));
        return read;
    }

    private static int leftLength(final DirectBuffer buffer, final int offset, final int length) {
        final int trailer = offset + length - TRAILER_LENGTH;
        final int flags = length < TRAILER_LENGTH ? 0 : buffer.getByte(trailer + FLAGS);
        final int leftLength = flags < 1 || flags > (HAS_LEFT | HAS_RIGHT)
                ? -1
                : buffer.getInt(trailer + LEFT_LENGTH, ByteOrder.LITTLE_ENDIAN);
        if (leftLength < 0 || leftLength > length - TRAILER_LENGTH) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, "the bytes are no result of a join: length=" + length);
        }
        return leftLength;
    }

    private static long time(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public Joined<L, R> decodeFresh(final DirectBuffer record) {
        final int length = record.capacity();
        final int leftLength = leftLength(record, 0, length);
        final int trailer = length - TRAILER_LENGTH;
        final int flags = record.getByte(trailer + FLAGS);
        final Joined<L, R> fresh = new Joined<>();
        fresh.wrap(
                (flags & HAS_LEFT) == 0 ? null : lefts.decodeFresh(new UnsafeBuffer(record, 0, leftLength)),
                time(record, trailer + LEFT_TIME),
                (flags & HAS_RIGHT) == 0
                        ? null
                        : rights.decodeFresh(new UnsafeBuffer(record, leftLength, trailer - leftLength)),
                time(record, trailer + RIGHT_TIME));
        return fresh;
    }

    @Override
    public int encodedLength(final Joined<L, R> joined) {
        return leftLength(joined) + (joined.hasRight() ? rights.encodedLength(joined.right()) : 0) + TRAILER_LENGTH;
    }

    private int leftLength(final Joined<L, R> joined) {
        return joined.hasLeft() ? lefts.encodedLength(joined.left()) : 0;
    }

    @Override
    public void encode(final Joined<L, R> joined, final MutableDirectBuffer buffer, final int offset) {
        final int leftLength = leftLength(joined);
        int trailer = offset + leftLength;
        int flags = 0;
        if (joined.hasLeft()) {
            lefts.encode(joined.left(), buffer, offset);
            flags |= HAS_LEFT;
        }
        if (joined.hasRight()) {
            rights.encode(joined.right(), buffer, offset + leftLength);
            trailer += rights.encodedLength(joined.right());
            flags |= HAS_RIGHT;
        }
        buffer.putLong(trailer + LEFT_TIME, joined.hasLeft() ? joined.leftTimeNs() : 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(trailer + RIGHT_TIME, joined.hasRight() ? joined.rightTimeNs() : 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(trailer + LEFT_LENGTH, leftLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(trailer + FLAGS, (byte) flags);
    }

    @Override
    public boolean isBorrowed() {
        // The result itself is moved from record to record.
        return true;
    }

    @Override
    public String describe() {
        return "join of " + lefts.describe() + " and " + rights.describe();
    }
}
