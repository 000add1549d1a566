package io.millrace.operators.core;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a class, as its loader found them, and what its constant pool tells about it. The layout is that of the Java
 * Virtual Machine Specification, 4.1 and 4.4.
 */
final class ClassFile {
    private static final int BYTES_BEFORE_POOL = 8;
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD_REFERENCE = 9;
    private static final int METHOD_REFERENCE = 10;
    private static final int INTERFACE_METHOD_REFERENCE = 11;
    private static final int METHOD_HANDLE = 15;
    private static final int METHOD_TYPE = 16;
    private static final int MODULE = 19;
    private static final int PACKAGE = 20;

    private final byte[] bytes;

    // By number in the pool, 0 where the entry is none of the kind.
    private int[] classOfReference;
    private int[] referenceOfHandle;
    private int thisClass;

    private ClassFile(final byte[] bytes) throws IOException {
        this.bytes = bytes;
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes))) {
            input.skipBytes(BYTES_BEFORE_POOL);
            readPool(input);
            input.readUnsignedShort();
            thisClass = input.readUnsignedShort();
        }
    }

    static ClassFile of(final Class<?> type) throws IOException {
        final String fileName = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream input = type.getResourceAsStream(fileName)) {
            if (input == null) {
                throw new FileNotFoundException("its class loader does not find " + fileName);
            }
            return new ClassFile(input.readAllBytes());
        }
    }

    private void readPool(final DataInputStream input) throws IOException {
        final int count = input.readUnsignedShort();
        classOfReference = new int[count];
        referenceOfHandle = new int[count];
        int i = 1;
        while (i < count) {
            final int tag = input.readUnsignedByte();
            readEntry(input, i, tag);
            // The pool numbers these as two, which its authors regret in a footnote.
            i += tag == LONG || tag == DOUBLE ? 2 : 1;
        }
    }

    private void readEntry(final DataInputStream input, final int number, final int tag) throws IOException {
        switch (tag) {
            case UTF8 -> input.skipBytes(input.readUnsignedShort());
            case LONG, DOUBLE -> input.skipBytes(Long.BYTES);
            case CLASS, STRING, METHOD_TYPE, MODULE, PACKAGE -> input.readUnsignedShort();
            case FIELD_REFERENCE, METHOD_REFERENCE, INTERFACE_METHOD_REFERENCE -> {
                classOfReference[number] = input.readUnsignedShort();
                input.readUnsignedShort();
            }
            case METHOD_HANDLE -> {
                input.readUnsignedByte();
                referenceOfHandle[number] = input.readUnsignedShort();
            }
            default -> input.readInt();
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether the class holds handles to its own methods, as it does for each lambda in its source. */
    boolean refersToOwnMethods() {
        for (final int reference : referenceOfHandle) {
            if (reference != 0 && classOfReference[reference] == thisClass) {
                return true;
            }
        }
        return false;
    }
}
