package io.millrace.perf.compare.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class LatencyOutcomeTest {
    private static final LatencyCase CASE = new LatencyCase(100_000, true);

    @Test
    void shouldHoldARateWhenResultsDoNotComeLaterAndLater() {
        assertThat(outcome(true, 1, 3).isHeld()).isTrue();
        assertThat(outcome(true, 100, 130).isHeld()).isTrue();
    }

    @Test
    void shouldNotHoldARateWhenResultsAreMissing() {
        assertThat(outcome(false, 1, 1).isHeld()).isFalse();
    }

    @Test
    void shouldNotHoldARateWhenResultsComeLaterAndLater() {
        assertThat(outcome(true, 100, 300).isHeld()).isFalse();
    }

    @Test
    void shouldReadWhatItWrote() {
        final Properties properties = new Properties();
        final LatencyOutcome written = outcome(true, 5, 7);

        written.put(properties);
        final LatencyOutcome read = LatencyOutcome.of(properties, CASE);

        assertThat(read).isEqualTo(written);
        assertThat(read.histogram().getTotalCount()).isEqualTo(20);
        assertThat(LatencyOutcome.of(properties, new LatencyCase(100_000, false)))
                .isNull();
    }

    @Test
    void shouldTellCasesByTheirNames() {
        assertThat(CASE.id()).isEqualTo("100000c");
        assertThat(LatencyCase.of("100000c")).isEqualTo(CASE);
        assertThat(LatencyCase.of("20000")).isEqualTo(new LatencyCase(20_000, false));
        assertThat(CASE.intervalNs()).isEqualTo(10_000);
    }

    private static LatencyOutcome outcome(final boolean isComplete, final long firstMs, final long secondMs) {
        return new LatencyOutcome(CASE, isComplete, 20, 1, 2, 3, 4.5, histogram(firstMs), histogram(secondMs));
    }

    private static Histogram histogram(final long ms) {
        final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
        histogram.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(ms), 10);
        return histogram;
    }
}
