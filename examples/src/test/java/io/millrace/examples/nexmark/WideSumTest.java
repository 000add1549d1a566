package io.millrace.examples.nexmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WideSumTest {
    private final UnsafeBuffer state = new UnsafeBuffer(new byte[WideSum.LENGTH]);
    private final UnsafeBuffer other = new UnsafeBuffer(new byte[WideSum.LENGTH]);

    @Test
    void shouldAddUpWhatNo64BitsHold() {
        final SplittableRandom random = new SplittableRandom(1);
        BigInteger sum = BigInteger.ZERO;
        for (int i = 1; i <= 10_000; i++) {
            final long number = i % 3 == 0 ? random.nextLong(1000) : random.nextLong() >> i % 64;
            WideSum.add(state, 0, number);
            sum = sum.add(BigInteger.valueOf(number));

            assertThat(WideSum.sum(state, 0)).isEqualTo(sum);
            assertThat(WideSum.count(state, 0)).isEqualTo(i);
        }
    }

    @Test
    void shouldAddTwoSumsOfBothSigns() {
        final long[] numbers = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE, Long.MIN_VALUE};
        for (final long number : numbers) {
            WideSum.add(other, 0, number);
            WideSum.combine(state, 0, other, 0);
        }

        // The first number is in all six sums, the last one in one.
        assertThat(WideSum.sum(state, 0))
                .isEqualTo(BigInteger.valueOf(Long.MAX_VALUE)
                        .multiply(BigInteger.valueOf(6 + 5 + 4))
                        .subtract(BigInteger.valueOf(3))
                        .add(BigInteger.valueOf(Long.MIN_VALUE).multiply(BigInteger.valueOf(2 + 1))));
        assertThat(WideSum.count(state, 0)).isEqualTo(6 + 5 + 4 + 3 + 2 + 1);
    }

    @ParameterizedTest
    @CsvSource({"10, 4, 3", "9, 4, 2", "7, 2, 4", "-7, 2, -3", "-9, 4, -2", "-10, 4, -2", "-11, 4, -3", "0, 5, 0"})
    void shouldRoundHalfUp(final long sum, final long count, final long average) {
        assertThat(WideSum.average(BigInteger.valueOf(sum), count)).isEqualTo(average);
    }
}
