package io.millrace.operators.codec.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordCodecPropertyTest {
    private static final int ROUNDS = 5_000;
    private static final int MARGIN = 8;
    private static final byte GUARD = 0x5A;

    private final Codec<Everything> codec = new RecordCodec<>(Everything.class).forTask();
    private final Codec<Everything> otherTasks = new RecordCodec<>(Everything.class).forTask();

    @Test
    void shouldReadBackWhatItWroteInExactlyTheLengthThatItMeasured() {
        final long seed = 7_001;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            final Everything value = Everything.random(random);
            final int length = codec.encodedLength(value);
            final byte[] bytes = new byte[MARGIN + length + MARGIN];
            Arrays.fill(bytes, GUARD);

            codec.encode(value, new UnsafeBuffer(bytes), MARGIN);

            assertThat(otherTasks.decode(new UnsafeBuffer(bytes), MARGIN, length))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(value);
            for (int i = 0; i < MARGIN; i++) {
                assertThat(bytes[i] == GUARD && bytes[MARGIN + length + i] == GUARD)
                        .as("bytes around the value, seed %d round %d", seed, round)
                        .isTrue();
            }
        }
    }

    @Test
    void shouldGiveEqualValuesEqualBytes() {
        final long seed = 7_002;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] bytes = encoded(Everything.random(random));

            // Its lists and maps are of other classes now, and the maps in another order.
            final Everything equal = codec.decode(new UnsafeBuffer(bytes), 0, bytes.length);

            assertThat(encoded(equal)).as("seed %d round %d", seed, round).isEqualTo(bytes);
        }
    }

    @Test
    void shouldRefuseEveryValueThatIsCutShortOrContinued() {
        final long seed = 7_003;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS / 50; round++) {
            final byte[] bytes = encoded(Everything.random(random));
            for (int length = 0; length < bytes.length + MARGIN; length++) {
                if (length != bytes.length) {
                    final byte[] cut = Arrays.copyOf(bytes, length);
                    assertThat(decodedOrRefused(cut, seed, round))
                            .as("length %d of %d, seed %d round %d", length, bytes.length, seed, round)
                            .isNull();
                }
            }
        }
    }

    @Test
    void shouldReadAValueOrRefuseWhenBytesAreChanged() {
        final long seed = 7_004;
        final SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        for (int round = 0; round < 10 * ROUNDS; round++) {
            final byte[] bytes = encoded(Everything.random(random));
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                // Behind the fingerprint, which would refuse nearly all of them.
                final int index = RecordLayout.FINGERPRINT_LENGTH
                        + random.nextInt(bytes.length - RecordLayout.FINGERPRINT_LENGTH);
                bytes[index] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[index] ^ 1 << random.nextInt(8));
            }

            final Everything value = decodedOrRefused(bytes, seed, round);

            if (value != null) {
                read++;
                final byte[] again = encoded(value);
                assertThat(codec.decode(new UnsafeBuffer(again), 0, again.length))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(value);
            }
        }
        assertThat(read).isBetween(ROUNDS, 9 * ROUNDS);
    }

    private byte[] encoded(final Everything value) {
        final byte[] bytes = new byte[codec.encodedLength(value)];
        codec.encode(value, new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    // Null if refused; whatever else is thrown fails the test.
    private Everything decodedOrRefused(final byte[] bytes, final long seed, final int round) {
        try {
            return codec.decode(new UnsafeBuffer(bytes), 0, bytes.length);
        } catch (final MillraceException e) {
            assertThat(e.code()).as("seed %d round %d", seed, round).isEqualTo(ErrorCode.MALFORMED_RECORD);
            assertThat(e.getMessage()).startsWith("record Everything").doesNotContain("constructor");
            return null;
        }
    }
}
