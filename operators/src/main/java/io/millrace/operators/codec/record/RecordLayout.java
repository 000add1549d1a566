package io.millrace.operators.codec.record;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** What is known about the bytes of a record class: the fingerprint of its shape, and the handles that do the work. */
final class RecordLayout {
    /** Length of the fingerprint that every value begins with, in bytes. */
    static final int FINGERPRINT_LENGTH = Integer.BYTES;

    private final Class<?> type;
    private final Shape shape;
    private final int fingerprint;
    private final MethodHandle writer;
    private final MethodHandle length;
    private final MethodHandle reader;

    RecordLayout(final Class<?> type, final Shape shape) {
        this.type = type;
        this.shape = shape;
        this.fingerprint = fingerprint(shape.signature());
        this.writer = shape.writer()
                .asType(methodType(void.class, MutableDirectBuffer.class, int.class, Cursor.class, Record.class));
        this.length = shape.isVariable() ? shape.length().asType(methodType(int.class, Record.class)) : null;
        this.reader = shape.reader().asType(methodType(Record.class, DirectBuffer.class, int.class, Cursor.class));
    }

    private static int fingerprint(final String signature) {
        final CRC32C crc = new CRC32C();
        crc.update(signature.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    // (buffer, index of the block, cursor, record) -> void.
    MethodHandle writer() {
        return writer;
    }

    // (record) -> int; null if nothing is of variable length.
    MethodHandle length() {
        return length;
    }

    // (buffer, index of the block, cursor) -> record.
    MethodHandle reader() {
        return reader;
    }

    int fingerprint() {
        return fingerprint;
    }

    String signature() {
        return shape.signature();
    }

    // Of the fingerprint and the block: what every value has.
    int headLength() {
        return FINGERPRINT_LENGTH + shape.blockLength();
    }

    boolean isVariable() {
        return shape.isVariable();
    }

    String name() {
        return type.getSimpleName();
    }
}
