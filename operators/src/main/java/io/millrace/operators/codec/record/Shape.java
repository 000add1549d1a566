package io.millrace.operators.codec.record;

import java.lang.invoke.MethodHandle;

/**
 * How values of one type lie in bytes: a block of fixed length that every value has, and for some types bytes of variable
 * length that stand behind the blocks, at the {@link Cursor}.
 *
 * @param signature   of the layout, as it goes into the fingerprint.
 * @param blockLength of the fixed part in bytes.
 * @param isNullable  whether the block can say that there is no value.
 * @param writer      {@code (MutableDirectBuffer, int index of the block, Cursor, V) -> void}.
 * @param length      {@code (V) -> int}, bytes of the variable part; null if there is none.
 * @param reader      {@code (DirectBuffer, int index of the block, Cursor) -> V}.
 */
record Shape(
        String signature,
        int blockLength,
        boolean isNullable,
        MethodHandle writer,
        MethodHandle length,
        MethodHandle reader) {

    boolean isVariable() {
        return length != null;
    }

    Class<?> type() {
        return reader.type().returnType();
    }

    // The same layout for a type that converts: a box for its primitive, a class for one above it.
    Shape as(final Class<?> type) {
        return new Shape(
                signature,
                blockLength,
                isNullable,
                writer.asType(writer.type().changeParameterType(3, type)),
                length == null ? null : length.asType(length.type().changeParameterType(0, type)),
                reader.asType(reader.type().changeReturnType(type)));
    }
}
