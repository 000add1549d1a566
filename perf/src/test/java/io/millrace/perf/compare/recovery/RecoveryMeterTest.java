package io.millrace.perf.compare.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.perf.streams.RecoveryTrades;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RecoveryMeterTest {
    private static final int KEYS = 10;

    private final RecoveryMeter meter = new RecoveryMeter();

    @Test
    void shouldNoteTheFirstAndBeCompleteWhenEnoughHaveCome() {
        for (int i = 0; i < RecoveryMeter.COUNT; i++) {
            assertThat(meter.isComplete()).isFalse();
            meter.onResult(100 + i, 1, 1, 1, 1);
        }

        assertThat(meter.isComplete()).isTrue();
        assertThat(meter.firstNumber()).isEqualTo(100);
        assertThat(meter.firstMs()).isPositive();
    }

    @Test
    void shouldFindOutThatAResultIsLostOrDoubled() {
        meter.onResult(100, 1, 1, 1, 1);

        assertThatThrownBy(() -> meter.onResult(102, 1, 1, 1, 1)).hasMessageContaining("trade 102 after 100");
        assertThatThrownBy(() -> meter.onResult(100, 1, 1, 1, 1)).hasMessageContaining("trade 100 after 100");
    }

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
