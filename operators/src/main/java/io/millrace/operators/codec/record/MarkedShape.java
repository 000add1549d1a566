package io.millrace.operators.codec.record;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A shape that may have no value: one byte in front of its block is 1 where there is one, and 0 where there is none, with
 * zeros in the block.
 */
final class MarkedShape {
    private static final Lookup LOOKUP = MethodHandles.lookup();
    private static final byte ABSENT = 0;
    private static final byte PRESENT = 1;

    private MarkedShape() {}

    static Shape of(final Shape bare, final String where) {
        final Shape inner = bare.as(Object.class);
        return new Shape(
                        bare.signature() + "?",
                        Byte.BYTES + bare.blockLength(),
                        true,
                        Handles.find(LOOKUP, "write", inner.writer(), inner.blockLength()),
                        inner.isVariable() ? Handles.find(LOOKUP, "length", inner.length()) : null,
                        Handles.find(LOOKUP, "read", inner.reader(), where))
                .as(bare.type());
    }

    static void write(
            final MethodHandle inner,
            final int blockLength,
            final MutableDirectBuffer buffer,
            final int index,
            final Cursor cursor,
            final Object value)
            throws Throwable {
        if (value == null) {
            buffer.setMemory(index, Byte.BYTES + blockLength, ABSENT);
        } else {
            buffer.putByte(index, PRESENT);
            inner.invokeExact(buffer, index + Byte.BYTES, cursor, value);
        }
    }

    static int length(final MethodHandle inner, final Object value) throws Throwable {
        return value == null ? 0 : (int) inner.invokeExact(value);
    }

    static Object read(
            final MethodHandle inner,
            final String where,
            final DirectBuffer buffer,
            final int index,
            final Cursor cursor)
            throws Throwable {
        final byte marker = buffer.getByte(index);
        if (marker == ABSENT) {
            return null;
        }
        if (marker != PRESENT) {
            throw Refusal.malformed(where, "begins with " + marker + ", where 0 stands for null and 1 for a value");
        }
        return (Object) inner.invokeExact(buffer, index + Byte.BYTES, cursor);
    }
}
