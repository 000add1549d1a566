package io.millrace.operators.state;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a snapshot of state: numbers in little-endian order, and bytes behind their length. What was written says nothing
 * of its meaning, so {@link StateReader} has to read in the same order. Used by one thread.
 */
public final class StateWriter {
    private final MutableDirectBuffer buffer;
    private final int start;
    private final boolean isCheckpoint;
    private int position;

    /**
     * Creates a writer.
     *
     * @param buffer to write into; one that grows by itself, unless it is known to be large enough.
     * @param offset at which to begin.
     */
    public StateWriter(final MutableDirectBuffer buffer, final int offset) {
        this(buffer, offset, false);
    }

    private StateWriter(final MutableDirectBuffer buffer, final int offset, final boolean isCheckpoint) {
        this.buffer = buffer;
        this.start = offset;
        this.position = offset;
        this.isCheckpoint = isCheckpoint;
    }

    /**
     * Creates a writer for a checkpoint: the blocks of tables go to the {@link BlockSink} with which it began.
     *
     * @param buffer to write into; one that grows by itself, unless it is known to be large enough.
     * @param offset at which to begin.
     * @return a writer, to be used directly after {@link StateMemory#beginCheckpoint}.
     */
    public static StateWriter checkpoint(final MutableDirectBuffer buffer, final int offset) {
        return new StateWriter(buffer, offset, true);
    }

    /**
     * Tells whether the blocks of tables go another way.
     *
     * @return whether {@link #checkpoint} has created this writer.
     */
    public boolean isCheckpoint() {
        return isCheckpoint;
    }

    /**
     * Writes 1 byte.
     *
     * @param value true for 1, false for 0.
     */
    public void writeBoolean(final boolean value) {
        buffer.putByte(position, (byte) (value ? 1 : 0));
        position += Byte.BYTES;
    }

    /**
     * Writes 4 bytes.
     *
     * @param value any number.
     */
    public void writeInt(final int value) {
        buffer.putInt(position, value, ByteOrder.LITTLE_ENDIAN);
        position += Integer.BYTES;
    }

    /**
     * Writes 8 bytes.
     *
     * @param value any number.
     */
    public void writeLong(final long value) {
        buffer.putLong(position, value, ByteOrder.LITTLE_ENDIAN);
        position += Long.BYTES;
    }

    /**
     * Writes a length in 4 bytes, and bytes.
     *
     * @param source buffer that holds them.
     * @param offset of the first one.
     * @param length in bytes, 0 or more.
     */
    public void writeBytes(final DirectBuffer source, final int offset, final int length) {
        final int target = claimBytes(length);
        if (length > 0) {
            buffer.putBytes(target, source, offset, length);
        }
    }

    /**
     * Writes a length in 4 bytes and leaves as many bytes for the caller to write.
     *
     * @param length in bytes, 0 or more.
     * @return index of the first one in {@link #buffer()}.
     */
    public int claimBytes(final int length) {
        writeInt(length);
        final int target = position;
        buffer.checkLimit(target + length);
        position = target + length;
        return target;
    }

    /**
     * Writes a length in 4 bytes, and the string in UTF-8.
     *
     * @param value not null.
     */
    public void writeString(final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        buffer.putBytes(claimBytes(bytes.length), bytes);
    }

    /**
     * The buffer that is written into.
     *
     * @return the buffer.
     */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * How much was written.
     *
     * @return bytes since the offset at which the writer began.
     */
    public int length() {
        return position - start;
    }
}
