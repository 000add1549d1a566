package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Lists: how many elements in the block, or {@link TextShapes#NULL}, and behind it for each element its block and then its
 * own bytes of variable length. A list that is read can not be changed.
 */
final class ListShape {
    private static final Lookup LOOKUP = MethodHandles.lookup();

    private ListShape() {}

    static Shape of(final Shape elements, final String where) {
        final Shape element = elements.as(Object.class);
        final int blockLength = element.blockLength();
        return new Shape(
                "[" + element.signature() + "]",
                Integer.BYTES,
                true,
                Handles.find(LOOKUP, "write", element.writer(), blockLength, where),
                element.isVariable()
                        ? Handles.find(LOOKUP, "length", element.length(), blockLength, where)
                        : Handles.find(LOOKUP, "lengthOfBlocks", blockLength),
                Handles.find(LOOKUP, "read", element.reader(), blockLength, where));
    }

    static void write(
            final MethodHandle element,
            final int blockLength,
            final String where,
            final MutableDirectBuffer buffer,
            final int index,
            final Cursor cursor,
            final List<?> list)
            throws Throwable {
        if (list == null) {
            buffer.putInt(index, TextShapes.NULL, LITTLE_ENDIAN);
            return;
        }
        int count = 0;
        for (final Object value : list) {
            element.invokeExact(buffer, cursor.claim(blockLength), cursor, present(value, where));
            count++;
        }
        buffer.putInt(index, count, LITTLE_ENDIAN);
    }

    private static Object present(final Object value, final String where) {
        if (value == null) {
            throw new IllegalArgumentException(where + " is null; what lists and maps hold is never null");
        }
        return value;
    }

    static int length(final MethodHandle element, final int blockLength, final String where, final List<?> list)
            throws Throwable {
        int length = lengthOfBlocks(blockLength, list);
        if (list != null) {
            for (final Object value : list) {
                length = RecordShape.sum(length, (int) element.invokeExact(present(value, where)));
            }
        }
        return length;
    }

    static int lengthOfBlocks(final int blockLength, final List<?> list) {
        return list == null ? 0 : RecordShape.product(list.size(), blockLength);
    }

    static List<?> read(
            final MethodHandle element,
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
        checkCount(count, blockLength, where, cursor);
        final Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            values[i] = element.invokeExact(buffer, cursor.take(blockLength, where), cursor);
            if (values[i] == null) {
                throw Refusal.malformed(where, "is null in place " + i + "; what lists and maps hold is never null");
            }
        }
        return List.of(values);
    }

    // Before anything is allocated for them: every element has a block, of a byte at least.
    static void checkCount(final int count, final int blockLength, final String where, final Cursor cursor) {
        if (count < 0 || (long) count * blockLength > cursor.remaining()) {
            throw Refusal.malformed(
                    where,
                    "says there are " + count + " of at least " + blockLength + " bytes, " + cursor.remaining()
                            + " bytes are left");
        }
    }
}
