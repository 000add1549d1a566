package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Exact numbers of any size, and 128-bit identifiers.
 *
 * <p>An integer is the fewest bytes that hold it in two's complement, the most significant first, as {@link BigInteger}
 * gives them; its block holds how many. A decimal is its unscaled integer, with the scale in front of the block. Their
 * methods are called through handles.
 */
final class NumberShapes {
    private static final Lookup LOOKUP = MethodHandles.lookup();

    private NumberShapes() {}

    static Shape ofInteger(final String where) {
        return variable("integer", Integer.BYTES, "Integer", where);
    }

    static Shape ofDecimal(final String where) {
        return variable("decimal", 2 * Integer.BYTES, "Decimal", where);
    }

    private static Shape variable(
            final String signature, final int blockLength, final String suffix, final String where) {
        return new Shape(
                signature,
                blockLength,
                true,
                Handles.find(LOOKUP, "write" + suffix),
                Handles.find(LOOKUP, "length" + suffix),
                Handles.find(LOOKUP, "read" + suffix, where));
    }

    static Shape ofUuid() {
        return new Shape(
                "uuid",
                2 * Long.BYTES,
                false,
                Handles.find(LOOKUP, "writeUuid"),
                null,
                Handles.find(LOOKUP, "readUuid"));
    }

    static void writeInteger(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final BigInteger value) {
        if (value == null) {
            buffer.putInt(index, TextShapes.NULL, LITTLE_ENDIAN);
            return;
        }
        final int length = lengthInteger(value);
        final int at = cursor.claim(length);
        buffer.putInt(index, length, LITTLE_ENDIAN);
        if (length > Long.BYTES) {
            buffer.putBytes(at, value.toByteArray());
            return;
        }
        long rest = value.longValue();
        for (int i = length - 1; i >= 0; i--) {
            buffer.putByte(at + i, (byte) rest);
            rest >>= Byte.SIZE;
        }
    }

    // One bit more than the value has, for its sign.
    static int lengthInteger(final BigInteger value) {
        return value == null ? 0 : value.bitLength() / Byte.SIZE + 1;
    }

    static BigInteger readInteger(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final int length = buffer.getInt(index, LITTLE_ENDIAN);
        if (length == TextShapes.NULL) {
            return null;
        }
        final int at = takeUnscaled(where, length, cursor);
        return length > Long.BYTES ? large(where, buffer, at, length) : BigInteger.valueOf(small(buffer, at, length));
    }

    static void writeDecimal(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final BigDecimal value) {
        buffer.putInt(index, value == null ? 0 : value.scale(), LITTLE_ENDIAN);
        writeInteger(buffer, index + Integer.BYTES, cursor, value == null ? null : value.unscaledValue());
    }

    static int lengthDecimal(final BigDecimal value) {
        return value == null ? 0 : lengthInteger(value.unscaledValue());
    }

    static BigDecimal readDecimal(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final int scale = buffer.getInt(index, LITTLE_ENDIAN);
        final int length = buffer.getInt(index + Integer.BYTES, LITTLE_ENDIAN);
        if (length == TextShapes.NULL) {
            return null;
        }
        final int at = takeUnscaled(where, length, cursor);
        return length > Long.BYTES
                ? new BigDecimal(large(where, buffer, at, length), scale)
                : BigDecimal.valueOf(small(buffer, at, length), scale);
    }

    private static int takeUnscaled(final String where, final int length, final Cursor cursor) {
        if (length == 0) {
            throw Refusal.malformed(where, "is a number of 0 bytes, where 0 itself has one");
        }
        return cursor.take(length, where);
    }

    private static long small(final DirectBuffer buffer, final int at, final int length) {
        long value = buffer.getByte(at);
        for (int i = 1; i < length; i++) {
            value = value << Byte.SIZE | buffer.getByte(at + i) & 0xFF;
        }
        return value;
    }

    private static BigInteger large(final String where, final DirectBuffer buffer, final int at, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(at, bytes);
        try {
            return new BigInteger(bytes);
        } catch (final ArithmeticException e) {
            throw Refusal.malformed(where, "is a number of " + length + " bytes, more than a BigInteger takes", e);
        }
    }

    static void writeUuid(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final UUID value) {
        buffer.putLong(index, value.getMostSignificantBits(), LITTLE_ENDIAN);
        buffer.putLong(index + Long.BYTES, value.getLeastSignificantBits(), LITTLE_ENDIAN);
    }

    static UUID readUuid(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return new UUID(buffer.getLong(index, LITTLE_ENDIAN), buffer.getLong(index + Long.BYTES, LITTLE_ENDIAN));
    }
}
