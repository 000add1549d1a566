package io.millrace.perf.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RecoveryTradesTest {
    private static final int KEYS = 10;

    @Test
    void shouldTradeEachInstrumentOnceBeforeAnyTwice() {
        assertThat(LongStream.range(0, KEYS)
                        .map(number -> RecoveryTrades.instrumentId(KEYS, number))
                        .distinct())
                .hasSize(KEYS);
        assertThat(RecoveryTrades.expected(KEYS, 50, 20).count()).isEqualTo(20);
        assertThat(RecoveryTrades.expected(KEYS, 50, 20).checksum())
                .isNotEqualTo(RecoveryTrades.expected(KEYS, 51, 20).checksum());
    }
}
