package io.millrace.perf.compare.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RecoveryMeterTest {
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
}
