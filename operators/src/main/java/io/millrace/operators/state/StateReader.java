package io.millrace.operators.state;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Reads what {@link StateWriter} has written, in the same order. Whatever does not fit is an error with the code CORRUPT,
 * so damaged bytes never read beyond their end. Used by one thread.
 */
public final class StateReader {
    private final DirectBuffer buffer;
    private final int start;
    private final int end;
    private final RestoredBlocks blocks;
    private int position;
    private int bytesLength;

    /**
     * Creates a reader.
     *
     * @param buffer that holds the snapshot.
     * @param offset at which it begins.
     * @param length of the snapshot in bytes.
     */
    public StateReader(final DirectBuffer buffer, final int offset, final int length) {
        this(buffer, offset, length, null);
    }

    private StateReader(final DirectBuffer buffer, final int offset, final int length, final RestoredBlocks blocks) {
        buffer.boundsCheck(offset, length);
        this.buffer = buffer;
        this.start = offset;
        this.end = offset + length;
        this.position = offset;
        this.blocks = blocks;
    }

    /**
     * Creates a reader for what {@link StateWriter#checkpoint} has written.
     *
     * @param buffer that holds it.
     * @param offset at which it begins.
     * @param length in bytes.
     * @param blocks of the tables.
     * @return a reader.
     */
    public static StateReader checkpoint(
            final DirectBuffer buffer, final int offset, final int length, final RestoredBlocks blocks) {
        return new StateReader(buffer, offset, length, blocks);
    }

    /** The blocks of a checkpoint, or null. */
    RestoredBlocks blocks() {
        return blocks;
    }

    /**
     * Reads 1 byte.
     *
     * @return what was written.
     * @throws MillraceException CORRUPT if it is neither 0 nor 1, or missing.
     */
    public boolean readBoolean() {
        final byte value = buffer.getByte(skip(Byte.BYTES));
        check((value & ~1) == 0, "neither true nor false");
        return value != 0;
    }

    /**
     * Reads 4 bytes.
     *
     * @return what was written.
     * @throws MillraceException CORRUPT if they are missing.
     */
    public int readInt() {
        return buffer.getInt(skip(Integer.BYTES), ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads 4 bytes that count something.
     *
     * @param limit of the count.
     * @param what  is counted, for the error.
     * @return a number from 0 to {@code limit}.
     * @throws MillraceException CORRUPT if it is another, or missing.
     */
    public int readCount(final int limit, final String what) {
        final int count = readInt();
        if (count < 0 || count > limit) {
            throw corrupt(what + " is " + count + ", 0 to " + limit + " is allowed");
        }
        return count;
    }

    /**
     * Reads 8 bytes.
     *
     * @return what was written.
     * @throws MillraceException CORRUPT if they are missing.
     */
    public long readLong() {
        return buffer.getLong(skip(Long.BYTES), ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads bytes and the length before them; {@link #bytesLength()} tells it.
     *
     * @return index of the first one in {@link #buffer()}.
     * @throws MillraceException CORRUPT if they are missing.
     */
    public int readBytes() {
        bytesLength = readCount(remaining() - Integer.BYTES, "a length");
        return skip(bytesLength);
    }

    /**
     * Tells how many bytes {@link #readBytes()} has read.
     *
     * @return bytes.
     */
    public int bytesLength() {
        return bytesLength;
    }

    /**
     * Reads a string and the length before it.
     *
     * @return what was written.
     * @throws MillraceException CORRUPT if it is missing.
     */
    public String readString() {
        final int offset = readBytes();
        return buffer.getStringWithoutLengthUtf8(offset, bytesLength);
    }

    private int skip(final int length) {
        final int at = position;
        if (length > end - at) {
            throw corrupt("it ends too early");
        }
        position = at + length;
        return at;
    }

    /**
     * The buffer that is read.
     *
     * @return the buffer.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * How much is left.
     *
     * @return bytes.
     */
    public int remaining() {
        return end - position;
    }

    /**
     * Refuses a snapshot that contradicts itself.
     *
     * @param isTrue what must hold.
     * @param what   is wrong otherwise, a constant: it is only used in the error.
     * @throws MillraceException CORRUPT if it does not hold.
     */
    public void check(final boolean isTrue, final String what) {
        if (!isTrue) {
            throw corrupt(what);
        }
    }

    /**
     * Makes the error for a snapshot that cannot be restored.
     *
     * @param what is wrong.
     * @return an error with the code CORRUPT, to be thrown.
     */
    public MillraceException corrupt(final String what) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "a snapshot of state is damaged: " + what + "; before byte " + (position - start) + " of "
                        + (end - start) + "; restore an older checkpoint or replay the input");
    }
}
