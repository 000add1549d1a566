package io.millrace.log.record;

import org.agrona.DirectBuffer;

/** Compares bytes inside of buffers, where neither a copy nor a view of them is wanted. */
public final class ByteRanges {
    private ByteRanges() {}

    /**
     * Tells whether two ranges hold the same bytes. Stateless, so any thread may call it; allocates nothing.
     *
     * @param one         buffer with the one range; may be null when the length is 0.
     * @param oneOffset   at which it begins.
     * @param other       buffer with the other range; may be null when the length is 0.
     * @param otherOffset at which it begins.
     * @param length      of both in bytes, 0 or more.
     * @return true if they are equal byte by byte.
     * @throws IndexOutOfBoundsException if a range leaves its buffer.
     */
    public static boolean areEqual(
            final DirectBuffer one,
            final int oneOffset,
            final DirectBuffer other,
            final int otherOffset,
            final int length) {
        for (int i = 0; i < length; i++) {
            if (one.getByte(oneOffset + i) != other.getByte(otherOffset + i)) {
                return false;
            }
        }
        return true;
    }
}
