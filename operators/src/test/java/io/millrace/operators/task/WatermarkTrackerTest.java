package io.millrace.operators.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import org.junit.jupiter.api.Test;

class WatermarkTrackerTest {
    @Test
    void shouldStayBehindTheLargestEventTimeByTheBound() {
        final SourceWatermark watermark = new SourceWatermark(50, SourceWatermark.NEVER_IDLE, true);

        assertThat(watermark.onData(1_000, 0)).isEqualTo(950);
        assertThat(watermark.onData(990, 0)).isEqualTo(950);
        assertThat(watermark.onData(1_001, 0)).isEqualTo(951);
    }

    @Test
    void shouldNotJumpForwardForATimeAtTheBeginningOfTheRange() {
        assertThat(new SourceWatermark(50, SourceWatermark.NEVER_IDLE, true).onData(Long.MIN_VALUE + 10, 0))
                .isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void shouldNotTakeAnyEventTimeForTheEndOfInput() {
        assertThat(new SourceWatermark(0, SourceWatermark.NEVER_IDLE, true).onData(Long.MAX_VALUE, 0))
                .isLessThan(Long.MAX_VALUE);
    }

    @Test
    void shouldFollowAWatermarkRecordButNeverGoBack() {
        final SourceWatermark watermark = new SourceWatermark(50, SourceWatermark.NEVER_IDLE, true);
        watermark.onData(1_000, 0);

        assertThat(watermark.onWatermark(7, 940, false, 0, 0)).isEqualTo(950);
        assertThat(watermark.onWatermark(7, 2_000, false, 0, 0)).isEqualTo(2_000);
        assertThat(watermark.onWatermark(7, Long.MAX_VALUE, false, 0, 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(watermark.onData(3_000, 0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldBeTheSmallestOfAllProducersAndWaitForEachOfThem() {
        final ExchangeWatermark watermark = new ExchangeWatermark(12, 3);

        assertThat(watermark.onWatermark(12, 100, false, 0, 0)).isEqualTo(Long.MIN_VALUE);
        assertThat(watermark.onData(500, 0)).isEqualTo(Long.MIN_VALUE);
        assertThat(watermark.onWatermark(3, 80, false, 0, 0)).isEqualTo(80);
        assertThat(watermark.onWatermark(3, 70, false, 0, 0)).isEqualTo(80);
        assertThat(watermark.onWatermark(3, 200, false, 0, 0)).isEqualTo(100);
        assertThat(watermark.onWatermark(3, Long.MAX_VALUE, false, 0, 0)).isEqualTo(100);
        assertThat(watermark.onWatermark(12, Long.MAX_VALUE, false, 0, 0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldRefuseAWatermarkOfAProducerThatDoesNotWriteToTheExchange() {
        assertThatThrownBy(() -> new ExchangeWatermark(1, 2).onWatermark(3, 100, false, 0, 0))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("producer 3")
                .hasMessageContaining("[1, 2]");
    }
}
