package io.millrace.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordMemoryTest {
    private static final int MAX_LENGTH = 600;
    private static final int MARGIN = 16;

    private final UnsafeBuffer memory =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(MAX_LENGTH + 2 * MARGIN, Long.BYTES));
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void shouldSetSoManyBytesToZeroAndNoOther() {
        for (int length = 0; length <= MAX_LENGTH; length++) {
            final byte[] expected = fill();
            Arrays.fill(expected, MARGIN, MARGIN + length, (byte) 0);

            RecordMemory.clear(memory.addressOffset() + MARGIN, length);

            assertThat(bytes()).as("length %d", length).isEqualTo(expected);
        }
    }

    @Test
    void shouldCopySoManyBytesAndNoOther() {
        final byte[] source = new byte[MAX_LENGTH + 1];
        random.nextBytes(source);
        for (int length = 0; length <= MAX_LENGTH; length++) {
            final byte[] expected = fill();
            System.arraycopy(source, 1, expected, MARGIN, length);

            RecordMemory.copy(memory.addressOffset() + MARGIN, new UnsafeBuffer(source), 1, length);

            assertThat(bytes()).as("length %d", length).isEqualTo(expected);
        }
    }

    private byte[] fill() {
        final byte[] bytes = new byte[memory.capacity()];
        random.nextBytes(bytes);
        memory.putBytes(0, bytes);
        return bytes;
    }

    private byte[] bytes() {
        final byte[] bytes = new byte[memory.capacity()];
        memory.getBytes(0, bytes);
        return bytes;
    }
}
