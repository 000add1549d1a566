package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
    private final Histogram latencyNs = new Histogram(3);

    @Test
    void shouldEndWithTheVerdict() {
        latencyNs.recordValue(1_000_000);

        final List<String> lines =
                summary(new CandleCheck.Result(7, 7, List.of(), 0)).lines();

        assertThat(lines)
                .contains("trades in    2,000", "late         0", "malformed    0", "candles out  7")
                .contains("throughput   1,000 trades/s   (2,000 trades in 2.00 s)")
                .anyMatch(line -> line.contains("p50 1.00 ms, p99 1.00 ms, p99.9 1.00 ms   (1 candle measured)"));
        assertThat(lines).last().isEqualTo("verified: 7 of 7 candles equal an independent recomputation");
    }

    @Test
    void shouldShowTheFirstDifferencesAndCountTheRest() {
        final DemoSummary summary = summary(new CandleCheck.Result(7, 5, List.of("a differs", "b differs"), 3));

        assertThat(summary.lines()).last().isEqualTo("NOT verified: 5 of 7 candles equal an independent recomputation");
        assertThat(summary.differenceLines()).containsExactly("a differs", "b differs", "and 1 more difference");
    }

    @Test
    void shouldSayThatNoLatencyWasMeasured() {
        assertThat(summary(new CandleCheck.Result(0, 0, List.of(), 0)).lines())
                .anyMatch(line -> line.startsWith("latency      not measured"));
    }

    private DemoSummary summary(final CandleCheck.Result check) {
        return new DemoSummary(2_000, 0, 0, 0, 0, List.of(), 7, 2_000_000_000L, latencyNs, check);
    }
}
