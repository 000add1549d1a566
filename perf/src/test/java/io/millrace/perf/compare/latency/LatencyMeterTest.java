package io.millrace.perf.compare.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LatencyMeterTest {
    private static final LatencyCase CASE = new LatencyCase(20_000, false);

    @Test
    void shouldCountFromTheIntendedTimeAndLeaveOutTheWarmUp() {
        final LatencyMeter meter = new LatencyMeter(1, 2);
        final long lateNs = TimeUnit.SECONDS.toNanos(1);

        meter.onResult(System.nanoTime() - 60 * lateNs, 7, 1, 1, 1);
        meter.onResult(System.nanoTime() - lateNs, 7, 2, 2, 1);
        assertThat(meter.isComplete()).isFalse();
        meter.onResult(System.nanoTime() + lateNs, 7, 3, 3, 1);

        final LatencyOutcome outcome = meter.outcome(CASE);
        assertThat(outcome.isComplete()).isTrue();
        assertThat(outcome.results()).isEqualTo(3);
        assertThat(outcome.histogram().getTotalCount()).isEqualTo(2);
        assertThat(outcome.histogram().getMaxValue()).isBetween(lateNs, 30 * lateNs);
        assertThat(outcome.histogram().getMinValue()).isZero();
    }

    @Test
    void shouldGiveOutWhatIsDueAndNoMore() {
        final Pace pace = new Pace(TimeUnit.SECONDS.toNanos(1), 3);
        assertThat(pace.hasBegun()).isFalse();

        pace.begin();

        final long startNs = pace.dueNs(0);
        assertThat(pace.dueAt(startNs - 1)).isZero();
        assertThat(pace.dueAt(startNs)).isEqualTo(1);
        assertThat(pace.dueAt(pace.dueNs(1))).isEqualTo(2);
        assertThat(pace.dueAt(pace.dueNs(100))).isEqualTo(3);
        assertThat(pace.isOver(pace.dueNs(4))).isFalse();
        assertThat(pace.isOver(pace.dueNs(100))).isTrue();
    }
}
