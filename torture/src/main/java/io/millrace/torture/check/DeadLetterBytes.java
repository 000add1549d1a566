package io.millrace.torture.check;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A dead letter of a queue, as it lies in the dead-letter topic.
 *
 * @param partition of the queue's topic.
 * @param position  of the message.
 * @param reason    why it is dead.
 * @param key       of the message.
 * @param value     of the message.
 */
record DeadLetterBytes(int partition, long position, String reason, byte[] key, byte[] value) {
    private static final int TEXTS_OFFSET = 24;

    /** Reads one; null when the bytes are none. */
    static DeadLetterBytes of(final byte[] bytes) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (buffer.getInt() != 1) {
                return null;
            }
            final int partition = buffer.getInt();
            final long position = buffer.getLong();
            buffer.position(TEXTS_OFFSET);
            part(buffer);
            part(buffer);
            part(buffer);
            final String reason = new String(part(buffer), StandardCharsets.UTF_8);
            final DeadLetterBytes letter = new DeadLetterBytes(partition, position, reason, part(buffer), part(buffer));
            return buffer.hasRemaining() ? null : letter;
        } catch (final BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
            return null;
        }
    }

    private static byte[] part(final ByteBuffer buffer) {
        final int length = buffer.getInt();
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        final byte[] part = new byte[length];
        buffer.get(part);
        return part;
    }
}
