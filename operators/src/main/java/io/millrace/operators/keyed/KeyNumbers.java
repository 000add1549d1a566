package io.millrace.operators.keyed;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Reads keys that are integers: those of {@code keyByLong} and {@code keyByInt}. */
final class KeyNumbers {
    private KeyNumbers() {}

    static long read(final DirectBuffer key, final int offset, final int length) {
        return switch (length) {
            case Long.BYTES -> key.getLong(offset, ByteOrder.LITTLE_ENDIAN);
            case Integer.BYTES -> key.getInt(offset, ByteOrder.LITTLE_ENDIAN);
            default ->
                throw new IllegalStateException("a key of " + length
                        + " bytes is no integer; keyByLong and keyByInt make keys of 8 and 4 bytes");
        };
    }
}
