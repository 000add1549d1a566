package io.millrace.broker;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;

/** Writes the state as bytes that are the same for the same state: numbers little-endian, texts with their length in front. */
final class StateOutput {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private int length;

    void number(final int value) {
        buffer.putInt(length, value, ByteOrder.LITTLE_ENDIAN);
        length += Integer.BYTES;
    }

    void number(final long value) {
        buffer.putLong(length, value, ByteOrder.LITTLE_ENDIAN);
        length += Long.BYTES;
    }

    void text(final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        buffer.putBytes(length, bytes);
        length += bytes.length;
    }

    byte[] bytes() {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
