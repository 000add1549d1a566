package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The primitive types. Their methods are called through handles. */
final class PrimitiveShapes {
    private static final Lookup LOOKUP = MethodHandles.lookup();
    private static final byte FALSE = 0;
    private static final byte TRUE = 1;

    private PrimitiveShapes() {}

    static Shape of(final Class<?> type, final String where) {
        return switch (type.getName()) {
            case "boolean" -> shape("bool", Byte.BYTES, "Boolean", where);
            case "byte" -> shape("int8", Byte.BYTES, "Byte");
            case "short" -> shape("int16", Short.BYTES, "Short");
            case "char" -> shape("char16", Character.BYTES, "Char");
            case "int" -> shape("int32", Integer.BYTES, "Int");
            case "long" -> shape("int64", Long.BYTES, "Long");
            case "float" -> shape("float32", Float.BYTES, "Float");
            case "double" -> shape("float64", Double.BYTES, "Double");
            default -> throw new AssertionError(type);
        };
    }

    private static Shape shape(
            final String signature, final int blockLength, final String suffix, final Object... readerNeeds) {
        return new Shape(
                signature,
                blockLength,
                false,
                Handles.find(LOOKUP, "write" + suffix),
                null,
                Handles.find(LOOKUP, "read" + suffix, readerNeeds));
    }

    static void writeBoolean(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final boolean value) {
        buffer.putByte(index, value ? TRUE : FALSE);
    }

    static boolean readBoolean(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final byte read = buffer.getByte(index);
        if (read != TRUE && read != FALSE) {
            throw Refusal.malformed(where, "is " + read + ", where false is 0 and true is 1");
        }
        return read == TRUE;
    }

    static void writeByte(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final byte value) {
        buffer.putByte(index, value);
    }

    static byte readByte(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getByte(index);
    }

    static void writeShort(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final short value) {
        buffer.putShort(index, value, LITTLE_ENDIAN);
    }

    static short readShort(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getShort(index, LITTLE_ENDIAN);
    }

    static void writeChar(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final char value) {
        buffer.putChar(index, value, LITTLE_ENDIAN);
    }

    static char readChar(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getChar(index, LITTLE_ENDIAN);
    }

    static void writeInt(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final int value) {
        buffer.putInt(index, value, LITTLE_ENDIAN);
    }

    static int readInt(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getInt(index, LITTLE_ENDIAN);
    }

    static void writeLong(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final long value) {
        buffer.putLong(index, value, LITTLE_ENDIAN);
    }

    static long readLong(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getLong(index, LITTLE_ENDIAN);
    }

    // Records compare their numbers as Float.compare and Double.compare do, to which every not-a-number is the same
    // one:
    // equal values have equal bytes, so it has one form here too.

    static void writeFloat(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final float value) {
        buffer.putInt(index, Float.floatToIntBits(value), LITTLE_ENDIAN);
    }

    static float readFloat(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getFloat(index, LITTLE_ENDIAN);
    }

    static void writeDouble(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final double value) {
        buffer.putLong(index, Double.doubleToLongBits(value), LITTLE_ENDIAN);
    }

    static double readDouble(final DirectBuffer buffer, final int index, final Cursor cursor) {
        return buffer.getDouble(index, LITTLE_ENDIAN);
    }
}
