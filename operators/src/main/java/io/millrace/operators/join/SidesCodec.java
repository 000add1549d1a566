package io.millrace.operators.join;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes values of several sides into one exchange, each by the codec of its side. The number of the side stands behind, so
 * that a value lies at a multiple of 8 as ever.
 *
 * <pre>
 *  value | side (1)
 * </pre>
 */
public final class SidesCodec implements Codec<Sided> {
    /** Largest number of sides. */
    public static final int MAX_SIDES = 16;

    private static final int SIDE_LENGTH = 1;

    private final Codec<Object>[] codecs;
    private final boolean isBorrowed;
    private final Sided read = new Sided();

    /**
     * Creates a codec.
     *
     * @param codecs of the sides, in the order of their numbers; 1 to {@link #MAX_SIDES}.
     */
    @SuppressWarnings("unchecked") // A codec only ever gets values of its own side.
    public SidesCodec(final List<? extends Codec<?>> codecs) {
        if (codecs.isEmpty() || codecs.size() > MAX_SIDES) {
            throw new IllegalArgumentException("a join has 1 to " + MAX_SIDES + " sides, not " + codecs.size());
        }
        this.codecs = codecs.toArray(Codec[]::new);
        boolean anyBorrowed = false;
        for (final Codec<?> codec : codecs) {
            anyBorrowed |= codec.isBorrowed();
        }
        this.isBorrowed = anyBorrowed;
    }

    @Override
    public Codec<Sided> forTask() {
        final List<Codec<?>> ofTask = new ArrayList<>();
        for (final Codec<Object> codec : codecs) {
            ofTask.add(codec.forTask());
        }
        return new SidesCodec(ofTask);
    }

    @Override
    public Sided decode(final DirectBuffer buffer, final int offset, final int length) {
        final int side = side(buffer, offset, length);
        read.wrap(side, codecs[side].decode(buffer, offset, length - SIDE_LENGTH));
        return read;
    }

    private int side(final DirectBuffer buffer, final int offset, final int length) {
        final int side = length < SIDE_LENGTH ? -1 : buffer.getByte(offset + length - SIDE_LENGTH);
        if (side < 0 || side >= codecs.length) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    "the bytes are of no side of this join: side=" + side + " length=" + length + "; sides are 0 to "
                            + (codecs.length - 1));
        }
        return side;
    }

    @Override
    public Sided decodeFresh(final DirectBuffer record) {
        final int length = record.capacity();
        final int side = side(record, 0, length);
        final Sided fresh = new Sided();
        fresh.wrap(side, codecs[side].decodeFresh(new UnsafeBuffer(record, 0, length - SIDE_LENGTH)));
        return fresh;
    }

    @Override
    public int encodedLength(final Sided value) {
        return codecs[value.side()].encodedLength(value.value()) + SIDE_LENGTH;
    }

    @Override
    public void encode(final Sided value, final MutableDirectBuffer buffer, final int offset) {
        final Codec<Object> codec = codecs[value.side()];
        final Object shown = value.value();
        final int length = codec.encodedLength(shown);
        codec.encode(shown, buffer, offset);
        buffer.putByte(offset + length, (byte) value.side());
    }

    @Override
    public boolean isBorrowed() {
        return isBorrowed;
    }

    @Override
    public String describe() {
        final StringBuilder text = new StringBuilder("sides");
        for (int side = 0; side < codecs.length; side++) {
            text.append(side == 0 ? " " : " | ").append(codecs[side].describe());
        }
        return text.toString();
    }
}
