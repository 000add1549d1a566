package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.task.SkippedRecord;
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
                .anyMatch(line -> line.contains("p50 1.00 ms, p99 1.00 ms, p99.9 1.00 ms"))
                .contains("             1 candle, from when the trade that makes")
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
        assertThat(lines).last().isEqualTo("verified: 7 of 7 candles equal an independent recomputation");
    }

    @Test
    void shouldShowTheFirstDifferencesAndCountTheRest() {
        final DemoSummary summary = summary(new CandleCheck.Result(7, 5, List.of("a differs", "b differs"), 3));

        assertThat(summary.lines())
                .last()
                .isEqualTo("NOT verified: 3 differences from an independent recomputation of 7 candles");
        assertThat(summary.differenceLines()).containsExactly("a differs", "b differs", "and 1 more difference");
    }

    @Test
    void shouldCountWhatWasMalformedInTheFileAndInTheStream() {
        final CandleCheck.Result check = new CandleCheck.Result(7, 7, List.of(), 0);

        assertThat(summary(2_000, 1_023, 0, check).lines())
                .contains("malformed    1,023 lines of the file, 0 in the stream");
        assertThat(summary(2_000, 1, 3, check).lines()).contains("malformed    1 line of the file, 3 in the stream");
        assertThat(summary(2_000, 0, 3, check).skippedLines())
                .containsExactly(
                        "record skipped: job=candles topic=trades partition=0 position=4096 operator=decode: it is no trade",
                        "and 2 more records skipped");
    }

    @Test
    void shouldWriteOneTradeAndManyCandlesAsPeopleDo() {
        final List<String> lines = summary(1, 0, 0, new CandleCheck.Result(12_000, 12_000, List.of(), 0))
                .lines();

        assertThat(lines).contains("throughput   1 trades/s   (1 trade in 2.00 s)");
        assertThat(lines).last().isEqualTo("verified: 12,000 of 12,000 candles equal an independent recomputation");
    }

    @Test
    void shouldSayThatThereWasNothingToVerify() {
        assertThat(summary(new CandleCheck.Result(0, 0, List.of(), 0)).lines())
                .last()
                .isEqualTo("nothing to verify: no trade that was fed belongs to a candle");
    }

    @Test
    void shouldSayThatNoLatencyWasMeasured() {
        assertThat(summary(new CandleCheck.Result(0, 0, List.of(), 0)).lines())
                .anyMatch(line -> line.startsWith("latency      not measured"));
    }

    private DemoSummary summary(final CandleCheck.Result check) {
        return summary(2_000, 0, 0, check);
    }

    private DemoSummary summary(
            final int tradesIn, final long rejected, final long skipped, final CandleCheck.Result check) {
        final List<SkippedRecord> records = skipped == 0
                ? List.of()
                : List.of(new SkippedRecord("candles", "trades", 0, 4096, "decode", "it is no trade"));
        return new DemoSummary(tradesIn, 0, 0, 0, rejected, skipped, records, 7, 2_000_000_000L, latencyNs, check);
    }
}
