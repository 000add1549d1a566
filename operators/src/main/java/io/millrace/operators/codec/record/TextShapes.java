package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.operators.codec.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Strings and byte arrays: their length in bytes in the block, or {@link #NULL}, and their bytes behind it. Their methods
 * are called through handles.
 */
final class TextShapes {
    /** Stands in place of a length or a count where there is no value. */
    static final int NULL = -1;

    private static final Lookup LOOKUP = MethodHandles.lookup();

    private TextShapes() {}

    static Shape ofString(final String where) {
        return shape("string", "String", where);
    }

    static Shape ofBytes(final String where) {
        return shape("bytes", "Bytes", where);
    }

    private static Shape shape(final String signature, final String suffix, final String where) {
        return new Shape(
                signature,
                Integer.BYTES,
                true,
                Handles.find(LOOKUP, "write" + suffix),
                Handles.find(LOOKUP, "length" + suffix),
                Handles.find(LOOKUP, "read" + suffix, where));
    }

    static void writeString(
            final MutableDirectBuffer buffer, final int index, final Cursor cursor, final String value) {
        if (value == null) {
            buffer.putInt(index, NULL, LITTLE_ENDIAN);
            return;
        }
        final int length = Utf8.length(value);
        buffer.putInt(index, length, LITTLE_ENDIAN);
        cursor.utf8().write(value, length, buffer, cursor.claim(length));
    }

    static int lengthString(final String value) {
        return value == null ? 0 : Utf8.length(value);
    }

    static String readString(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final int length = buffer.getInt(index, LITTLE_ENDIAN);
        if (length == NULL) {
            return null;
        }
        final String value = cursor.utf8().read(buffer, cursor.take(length, where), length);
        if (value == null) {
            throw Refusal.malformed(where, "is a string of " + length + " bytes that are not UTF-8");
        }
        return value;
    }

    static void writeBytes(final MutableDirectBuffer buffer, final int index, final Cursor cursor, final byte[] value) {
        if (value == null) {
            buffer.putInt(index, NULL, LITTLE_ENDIAN);
            return;
        }
        buffer.putInt(index, value.length, LITTLE_ENDIAN);
        buffer.putBytes(cursor.claim(value.length), value);
    }

    static int lengthBytes(final byte[] value) {
        return value == null ? 0 : value.length;
    }

    static byte[] readBytes(final String where, final DirectBuffer buffer, final int index, final Cursor cursor) {
        final int length = buffer.getInt(index, LITTLE_ENDIAN);
        if (length == NULL) {
            return null;
        }
        final int at = cursor.take(length, where);
        final byte[] value = new byte[length];
        buffer.getBytes(at, value);
        return value;
    }
}
