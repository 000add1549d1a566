package io.millrace.transport.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private final Checksum checksum = new Checksum();

    @Test
    void shouldComputeTheSameOverEveryKindOfBuffer() {
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 1_000; i++) {
            final int length = random.nextInt(300);
            final int offset = random.nextInt(64);
            final byte[] bytes = new byte[offset + length + 3];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) random.nextInt();
            }
            final ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 16);
            direct.position(16);
            direct.put(bytes).position(0);
            final CRC32C expected = new CRC32C();
            expected.update(bytes, offset, length);

            assertThat(checksum.compute(new UnsafeBuffer(bytes), offset, length))
                    .isEqualTo((int) expected.getValue());
            assertThat(checksum.compute(new UnsafeBuffer(direct, 16, bytes.length), offset, length))
                    .isEqualTo((int) expected.getValue());
            assertThat(checksum.compute(new UnsafeBuffer(new UnsafeBuffer(direct), 16 + offset, length), 0, length))
                    .isEqualTo((int) expected.getValue());
            assertThat(direct.position()).isZero();
        }
    }
}
