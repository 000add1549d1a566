package io.millrace.broker;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads what {@link StateOutput} wrote; a length that cannot be true is an error before anything is made of it. */
final class StateInput {
    private final UnsafeBuffer buffer;
    private int next;

    StateInput(final byte[] bytes) {
        this.buffer = new UnsafeBuffer(bytes);
    }

    int count(final int minLengthEach) {
        final int count = number();
        if (count < 0 || (long) count * minLengthEach > buffer.capacity() - next) {
            throw corrupt("a count of " + count);
        }
        return count;
    }

    int number() {
        require(Integer.BYTES);
        final int value = buffer.getInt(next, ByteOrder.LITTLE_ENDIAN);
        next += Integer.BYTES;
        return value;
    }

    long longNumber() {
        require(Long.BYTES);
        final long value = buffer.getLong(next, ByteOrder.LITTLE_ENDIAN);
        next += Long.BYTES;
        return value;
    }

    String text() {
        final byte[] bytes = new byte[count(1)];
        buffer.getBytes(next, bytes);
        next += bytes.length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void end() {
        if (next != buffer.capacity()) {
            throw corrupt((buffer.capacity() - next) + " bytes behind its end");
        }
    }

    private void require(final int length) {
        if (length > buffer.capacity() - next) {
            throw corrupt("an end after " + buffer.capacity() + " bytes");
        }
    }

    private MillraceException corrupt(final String what) {
        return new MillraceException(
                ErrorCode.CORRUPT, "snapshot of groups and queues has " + what + ": offset=" + next);
    }
}
