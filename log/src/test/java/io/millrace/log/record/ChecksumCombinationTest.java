package io.millrace.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ChecksumCombinationTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int ROUNDS = 3_000;

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final byte[] bytes = new byte[1 << 17];

    @Test
    void shouldTellTheChecksumOfBothRunsAsThePlainComputationDoes() {
        random.nextBytes(bytes);
        for (int round = 0; round < ROUNDS; round++) {
            // Short ones, long ones and the lengths around the borders of the tables.
            final int bound = 1 << random.nextInt(1, 17);
            final int first = random.nextInt(bound);
            final int second = Math.min(bytes.length - first, random.nextBoolean() ? random.nextInt(bound) : bound - 1);

            assertThat(ChecksumCombination.combine(crc(0, first), crc(first, second), second))
                    .as("first=%d second=%d; repeat with -D%s=%d", first, second, SEED_PROPERTY, seed)
                    .isEqualTo(crc(0, first + second));
        }
    }

    @Test
    void shouldTellItUpToTheLongestRunThatItTakes() {
        final byte[] run = new byte[ChecksumCombination.MAX_LENGTH];
        new SplittableRandom(seed).nextBytes(run);
        for (final int length : new int[] {65_535, 65_536, 65_537, 16_777_214, ChecksumCombination.MAX_LENGTH}) {
            final CRC32C both = new CRC32C();
            both.update(bytes, 0, 44);
            both.update(run, 0, length);
            final CRC32C second = new CRC32C();
            second.update(run, 0, length);

            assertThat(ChecksumCombination.combine(crc(0, 44), (int) second.getValue(), length))
                    .as("length=%d", length)
                    .isEqualTo((int) both.getValue());
        }
    }

    @Test
    void shouldLeaveTheFirstChecksumAsItIsBeforeAnEmptyRun() {
        assertThat(ChecksumCombination.combine(0x1234_5678, 0, 0)).isEqualTo(0x1234_5678);
    }

    private int crc(final int offset, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
