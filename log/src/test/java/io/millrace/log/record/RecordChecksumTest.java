package io.millrace.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordChecksumTest {
    private static final int OFFSET = 16;
    private static final int LENGTH = RecordDescriptor.HEADER_LENGTH + 13;
    private static final long POSITION = 0x1_2345_6780L;

    private final RecordChecksum checksum = new RecordChecksum();

    @Test
    void shouldCoverPositionLengthAndAllBehindTheSlotInTheOrderOfTheFormat() {
        final UnsafeBuffer buffer = recordIn(new UnsafeBuffer(new byte[128]));

        final ByteBuffer covered = ByteBuffer.allocate(12 + LENGTH - 8).order(ByteOrder.LITTLE_ENDIAN);
        covered.putLong(POSITION).putInt(LENGTH).put(buffer.byteArray(), OFFSET + 8, LENGTH - 8);
        final CRC32C crc = new CRC32C();
        crc.update(covered.flip());

        assertThat(checksum.compute(buffer, OFFSET, LENGTH, POSITION)).isEqualTo((int) crc.getValue());
    }

    @Test
    void shouldBeTheSameOverHeapDirectAndSlicedMemory() {
        final UnsafeBuffer heap = recordIn(new UnsafeBuffer(new byte[128]));
        final UnsafeBuffer direct = recordIn(new UnsafeBuffer(ByteBuffer.allocateDirect(128)));
        final UnsafeBuffer slice = recordIn(new UnsafeBuffer(ByteBuffer.allocateDirect(256), 100, 128));
        final UnsafeBuffer address = new UnsafeBuffer(direct.addressOffset(), 128);

        final int expected = checksum.compute(heap, OFFSET, LENGTH, POSITION);

        assertThat(checksum.compute(direct, OFFSET, LENGTH, POSITION)).isEqualTo(expected);
        assertThat(checksum.compute(slice, OFFSET, LENGTH, POSITION)).isEqualTo(expected);
        assertThat(checksum.compute(address, OFFSET, LENGTH, POSITION)).isEqualTo(expected);
    }

    @Test
    void shouldDeriveFromThePayloadsChecksumWhatItComputesFromAllBytes() {
        final UnsafeBuffer buffer = recordIn(new UnsafeBuffer(new byte[128]));
        final CRC32C payload = new CRC32C();
        payload.update(buffer.byteArray(), OFFSET + RecordDescriptor.HEADER_LENGTH, 13);

        assertThat(checksum.derive(buffer, OFFSET, LENGTH, POSITION, (int) payload.getValue()))
                .isEqualTo(checksum.compute(buffer, OFFSET, LENGTH, POSITION));
    }

    @Test
    void shouldFindEveryFlippedBit() {
        final UnsafeBuffer buffer = recordIn(new UnsafeBuffer(new byte[128]));
        checksum.fill(buffer, OFFSET, LENGTH, POSITION);
        assertThat(checksum.isValid(buffer, OFFSET, LENGTH, POSITION)).isTrue();

        for (int bit = 4 * 8; bit < LENGTH * 8; bit++) {
            flip(buffer, bit);
            assertThat(checksum.isValid(buffer, OFFSET, LENGTH, POSITION))
                    .as("bit %d", bit)
                    .isFalse();
            flip(buffer, bit);
        }
    }

    @Test
    void shouldRefuseARecordAtAnotherPositionOrOfAnotherLength() {
        final UnsafeBuffer buffer = recordIn(new UnsafeBuffer(new byte[128]));
        checksum.fill(buffer, OFFSET, LENGTH, POSITION);

        assertThat(checksum.isValid(buffer, OFFSET, LENGTH, POSITION + 8)).isFalse();
        assertThat(checksum.isValid(buffer, OFFSET, LENGTH - 1, POSITION)).isFalse();
        assertThat(checksum.isValid(buffer, OFFSET, LENGTH + 1, POSITION)).isFalse();
    }

    @Test
    void shouldTakeARecordWithoutChecksumAndLeaveOneWithAChecksumAlone() {
        final UnsafeBuffer buffer = recordIn(new UnsafeBuffer(new byte[128]));
        assertThat(checksum.isValid(buffer, OFFSET, LENGTH, POSITION)).isTrue();

        buffer.putInt(OFFSET + RecordDescriptor.CRC_OFFSET, 4711);
        checksum.fill(buffer, OFFSET, LENGTH, POSITION);

        assertThat(buffer.getInt(OFFSET + RecordDescriptor.CRC_OFFSET)).isEqualTo(4711);
        assertThat(checksum.isValid(buffer, OFFSET, LENGTH, POSITION)).isFalse();
    }

    private static void flip(final UnsafeBuffer buffer, final int bit) {
        final int index = OFFSET + bit / 8;
        buffer.putByte(index, (byte) (buffer.getByte(index) ^ (1 << (bit % 8))));
    }

    private static UnsafeBuffer recordIn(final UnsafeBuffer buffer) {
        RecordDescriptor.putHeader(buffer, OFFSET, RecordKind.DATA, 3, 5, 11, 12, 13);
        buffer.putInt(OFFSET, LENGTH);
        buffer.putStringWithoutLengthAscii(OFFSET + RecordDescriptor.HEADER_LENGTH, "key and value");
        return buffer;
    }
}
