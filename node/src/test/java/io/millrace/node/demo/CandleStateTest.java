package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CandleStateTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[80]);
    private final CandleState state = new CandleState();

    CandleStateTest() {
        state.wrap(buffer, 8);
    }

    @Test
    void shouldKeepFirstHighestLowestAndLastPrice() {
        state.add(50, 1);
        state.add(70, 2);
        state.add(40, 3);
        state.add(60, 4);

        assertThat(state.open()).isEqualTo(50);
        assertThat(state.high()).isEqualTo(70);
        assertThat(state.low()).isEqualTo(40);
        assertThat(state.close()).isEqualTo(60);
        assertThat(state.volume()).isEqualTo(10);
        assertThat(state.count()).isEqualTo(4);
        assertThat(state.vwap()).isEqualTo(55);
    }

    @Test
    void shouldRoundTheAverageHalfUpOnce() {
        state.add(1, 1);
        state.add(2, 1);

        assertThat(state.vwap()).isEqualTo(2);
    }

    @Test
    void shouldLeaveTheCandleAsItWasWhenATradeIsRefused() {
        state.add(50, Long.MAX_VALUE - 1);
        final byte[] before = buffer.byteArray().clone();

        assertThatThrownBy(() -> state.add(50, 2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> state.add(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> state.add(1, 0)).isInstanceOf(IllegalArgumentException.class);

        assertThat(buffer.byteArray()).isEqualTo(before);
    }

    @Test
    void shouldAverageExactlyAsArbitraryPrecisionDoes() {
        final long seed = 7;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            buffer.setMemory(0, buffer.capacity(), (byte) 0);
            BigInteger turnover = BigInteger.ZERO;
            BigInteger volume = BigInteger.ZERO;
            for (int i = 0; i <= random.nextInt(20); i++) {
                final long price = 1 + (random.nextLong() >>> (1 + random.nextInt(60)));
                final long quantity = 1 + (random.nextLong() >>> (6 + random.nextInt(50)));
                state.add(price, quantity);
                turnover = turnover.add(BigInteger.valueOf(price).multiply(BigInteger.valueOf(quantity)));
                volume = volume.add(BigInteger.valueOf(quantity));
            }

            final BigDecimal expected =
                    new BigDecimal(turnover).divide(new BigDecimal(volume), 0, RoundingMode.HALF_UP);

            assertThat(BigInteger.valueOf(state.vwap()))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(expected.toBigInteger());
        }
    }
}
