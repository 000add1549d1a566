package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.operators.codec.Utf8;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Maps from strings: how many entries in the block, or {@link TextShapes#NULL}, and behind it for each entry the length of
 * its key, the block of its value, the bytes of its key, and the value's own bytes of variable length.
 *
 * <p>Equal maps have equal bytes however they order their entries: these stand in the order of {@link String#compareTo}.
 * So a map that is read, which can not be changed, iterates in that order.
 */
final class MapShape {
    private static final Lookup LOOKUP = MethodHandles.lookup();

    private MapShape() {}

    static Shape of(final Shape values, final String where) {
        final Shape value = values.as(Object.class);
        final int blockLength = value.blockLength();
        return new Shape(
                "<" + value.signature() + ">",
                Integer.BYTES,
                true,
                Handles.find(LOOKUP, "write", value.writer(), blockLength, where),
                Handles.find(LOOKUP, "length", lengthHandle(value), blockLength, where),
                Handles.find(LOOKUP, "read", value.reader(), blockLength, where));
    }

    private static MethodHandle lengthHandle(final Shape value) {
        return value.isVariable()
                ? value.length()
                : MethodHandles.dropArguments(MethodHandles.constant(int.class, 0), 0, Object.class);
    }

    static void write(
            final MethodHandle writer,
            final int blockLength,
            final String where,
            final MutableDirectBuffer buffer,
            final int index,
            final Cursor cursor,
            final Map<?, ?> map)
            throws Throwable {
        if (map == null) {
            buffer.putInt(index, TextShapes.NULL, LITTLE_ENDIAN);
            return;
        }
        final Object[] keys = map.keySet().toArray();
        Arrays.sort(keys);
        buffer.putInt(index, keys.length, LITTLE_ENDIAN);
        for (final Object key : keys) {
            final int block = cursor.claim(Integer.BYTES + blockLength);
            TextShapes.writeString(buffer, block, cursor, (String) key);
            writer.invokeExact(buffer, block + Integer.BYTES, cursor, present(map.get(key), where));
        }
    }

    static int length(final MethodHandle values, final int blockLength, final String where, final Map<?, ?> map)
            throws Throwable {
        if (map == null) {
            return 0;
        }
        int length = RecordShape.product(map.size(), Integer.BYTES + blockLength);
        for (final Map.Entry<?, ?> entry : map.entrySet()) {
            length = RecordShape.sum(length, Utf8.length((String) present(entry.getKey(), where)));
            length = RecordShape.sum(length, (int) values.invokeExact(present(entry.getValue(), where)));
        }
        return length;
    }

    private static Object present(final Object value, final String where) {
        if (value == null) {
            throw new IllegalArgumentException(where + " holds null; what lists and maps hold is never null");
        }
        return value;
    }

    static Map<?, ?> read(
            final MethodHandle reader,
            final int blockLength,
            final String where,
            final DirectBuffer buffer,
            final int index,
            final Cursor cursor)
            throws Throwable {
        final int count = buffer.getInt(index, LITTLE_ENDIAN);
        if (count == TextShapes.NULL) {
            return null;
        }
        ListShape.checkCount(count, Integer.BYTES + blockLength, where, cursor);
        final Map<String, Object> map = new LinkedHashMap<>();
        String last = null;
        for (int i = 0; i < count; i++) {
            final int block = cursor.take(Integer.BYTES + blockLength, where);
            final String key = TextShapes.readString(where, buffer, block, cursor);
            if (key == null || last != null && last.compareTo(key) >= 0) {
                throw Refusal.malformed(where, "has no key, or one out of order, in place " + i);
            }
            final Object value = (Object) reader.invokeExact(buffer, block + Integer.BYTES, cursor);
            if (value == null) {
                throw Refusal.malformed(where, "holds null; what lists and maps hold is never null");
            }
            map.put(key, value);
            last = key;
        }
        return Collections.unmodifiableMap(map);
    }
}
