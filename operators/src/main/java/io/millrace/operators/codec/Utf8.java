package io.millrace.operators.codec;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes and reads UTF-8 and refuses what has no exact form in it, so that two strings never share their bytes and a
 * string comes back as it was. Writing allocates nothing. An instance is for one thread.
 */
public final class Utf8 {
    private static final int INITIAL_SCRATCH_LENGTH = 64;
    private static final long SIGNS = 0x8080_8080_8080_8080L;
    private static final int ONE_BYTE = 0x80;
    private static final int TWO_BYTES = 0x800;
    private static final int THREE_BYTES = 0x10000;
    private static final int MAX_CODE_POINT = 0x10FFFF;
    private static final int SIX_BITS = 0x3F;
    private static final int FOLLOWING = 0x80;

    private byte[] scratch = new byte[INITIAL_SCRATCH_LENGTH];

    /** Creates a writer and reader. */
    public Utf8() {}

    /**
     * Measures a string.
     *
     * @param value to measure.
     * @return its length in bytes.
     * @throws IllegalArgumentException if it holds half of a surrogate pair, or is longer than an array can be.
     */
    public static int length(final String value) {
        final int count = value.length();
        int index = 0;
        while (index < count && value.charAt(index) < ONE_BYTE) {
            index++;
        }
        return index == count ? count : lengthBeyondAscii(value, index);
    }

    private static int lengthBeyondAscii(final String value, final int from) {
        final int count = value.length();
        long length = from;
        for (int index = from; index < count; index++) {
            final char c = value.charAt(index);
            if (c < ONE_BYTE) {
                length++;
            } else if (c < TWO_BYTES) {
                length += 2;
            } else if (!Character.isSurrogate(c)) {
                length += 3;
            } else if (isPair(value, index)) {
                length += 4;
                index++;
            } else {
                throw new IllegalArgumentException(
                        "character " + index + " of a string is half of a surrogate pair and has no form in UTF-8");
            }
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a string of " + length + " bytes in UTF-8 is too long");
        }
        return (int) length;
    }

    private static boolean isPair(final String value, final int index) {
        return Character.isHighSurrogate(value.charAt(index))
                && index + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(index + 1));
    }

    /**
     * Writes a string that {@link #length} has measured.
     *
     * @param value  to write.
     * @param length that was measured.
     * @param buffer to write into.
     * @param offset at which to begin, in bytes.
     */
    public void write(final String value, final int length, final MutableDirectBuffer buffer, final int offset) {
        if (length == value.length()) {
            writeAscii(value, length, buffer, offset);
        } else {
            writeBeyondAscii(value, buffer, offset);
        }
    }

    // The method is deprecated because it drops all but the lowest byte of each character. Here that is all there is,
    // and
    // nothing else gets at the bytes of a string without an array made for it or a call for each.
    @SuppressWarnings("deprecation")
    private void writeAscii(final String value, final int length, final MutableDirectBuffer buffer, final int offset) {
        final byte[] bytes = scratch(length);
        value.getBytes(0, length, bytes, 0);
        buffer.putBytes(offset, bytes, 0, length);
    }

    private static void writeBeyondAscii(final String value, final MutableDirectBuffer buffer, final int offset) {
        int at = offset;
        int codePoint;
        for (int index = 0; index < value.length(); index += Character.charCount(codePoint)) {
            codePoint = value.codePointAt(index);
            at += writeCodePoint(codePoint, buffer, at);
        }
    }

    private static int writeCodePoint(final int codePoint, final MutableDirectBuffer buffer, final int at) {
        if (codePoint < ONE_BYTE) {
            buffer.putByte(at, (byte) codePoint);
            return 1;
        }
        final int following = codePoint < TWO_BYTES ? 1 : codePoint < THREE_BYTES ? 2 : 3;
        // The first byte begins with as many ones as there are bytes, every other one with 10.
        buffer.putByte(at, (byte) ((0xFF80 >> following) | (codePoint >> (6 * following))));
        for (int i = 1; i <= following; i++) {
            buffer.putByte(at + i, (byte) (FOLLOWING | ((codePoint >> (6 * (following - i))) & SIX_BITS)));
        }
        return following + 1;
    }

    /**
     * Reads a string.
     *
     * @param buffer  that holds it.
     * @param offset  at which it begins, in bytes.
     * @param length  in bytes.
     * @return the string; null if the bytes are not UTF-8.
     */
    public String read(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = scratch(length);
        buffer.getBytes(offset, bytes, 0, length);
        // The constructor of String puts a sign of replacement where the bytes are wrong, and says nothing.
        return isAscii(buffer, offset, length) || isValidBeyondAscii(bytes, length)
                ? new String(bytes, 0, length, StandardCharsets.UTF_8)
                : null;
    }

    private static boolean isAscii(final DirectBuffer buffer, final int offset, final int length) {
        long signs = 0;
        int done = 0;
        for (; done + Long.BYTES <= length; done += Long.BYTES) {
            signs |= buffer.getLong(offset + done);
        }
        for (; done < length; done++) {
            signs |= buffer.getByte(offset + done);
        }
        return (signs & SIGNS) == 0;
    }

    private static boolean isValidBeyondAscii(final byte[] bytes, final int length) {
        int index = 0;
        while (index < length) {
            final int size = sequenceLength(bytes[index]);
            if (size == 0 || size > length - index || !isSequence(bytes, index, size)) {
                return false;
            }
            index += size;
        }
        return true;
    }

    // 0 for a byte that begins no sequence.
    private static int sequenceLength(final byte first) {
        final int ones = Integer.numberOfLeadingZeros(~(first << 24));
        return ones == 0 ? 1 : ones >= 2 && ones <= 4 ? ones : 0;
    }

    private static boolean isSequence(final byte[] bytes, final int index, final int size) {
        if (size == 1) {
            return true;
        }
        int codePoint = bytes[index] & (0xFF >> (size + 1));
        for (int i = 1; i < size; i++) {
            final int next = bytes[index + i];
            if ((next & ~SIX_BITS & 0xFF) != FOLLOWING) {
                return false;
            }
            codePoint = codePoint << 6 | next & SIX_BITS;
        }
        // A longer form of a shorter code point, and the halves of surrogate pairs, are no UTF-8.
        final int least = size == 2 ? ONE_BYTE : size == 3 ? TWO_BYTES : THREE_BYTES;
        return codePoint >= least
                && codePoint <= MAX_CODE_POINT
                && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }

    private byte[] scratch(final int length) {
        if (length > scratch.length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        return scratch;
    }
}
