package io.millrace.node.demo;

import io.millrace.operators.task.SkippedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run of the demo came to.
 *
 * @param tradesIn     trades that were fed, in this run and before.
 * @param held         of them, those that the node held before this run.
 * @param empty        trades of quantity 0, which belong to no candle.
 * @param late         trades that came after their window had closed.
 * @param skippedCount records in the stream that are no trades.
 * @param skipped      the first of them, with their positions.
 * @param candles      that arrived.
 * @param elapsedNs    from the first trade fed in this run to the last candle.
 * @param latencyNs    from the intended send time of the trade that makes a candle final to its arrival.
 * @param check        of all candles.
 */
record DemoSummary(
        int tradesIn,
        int held,
        int empty,
        long late,
        long skippedCount,
        List<SkippedRecord> skipped,
        int candles,
        long elapsedNs,
        Histogram latencyNs,
        CandleCheck.Result check) {
    private static final double NS_PER_SECOND = 1e9;
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final double P999 = 99.9;

    /** The summary for standard output; the last line is the verdict. */
    List<String> lines() {
        final List<String> lines = new ArrayList<>();
        lines.add("trades in    " + Progress.number(tradesIn)
                + (held > 0 ? "   (" + Progress.number(held) + " of them held from an earlier run)" : ""));
        if (empty > 0) {
            lines.add("quantity 0   " + Progress.number(empty) + "   (in no candle)");
        }
        lines.add("late         " + Progress.number(late)
                + (late > 0 ? "   (in topic " + CandleJob.LATE_TRADES + ", in no candle)" : ""));
        lines.add("malformed    " + Progress.number(skippedCount) + (skippedCount > 0 ? "   (skipped)" : ""));
        skipped.forEach(record -> lines.add("             " + record));
        lines.add("candles out  " + Progress.number(candles));
        if (elapsedNs > 0) {
            final double seconds = elapsedNs / NS_PER_SECOND;
            lines.add("throughput   " + Progress.number(Math.round((tradesIn - held) / seconds)) + " trades/s   ("
                    + Progress.number(tradesIn - held) + String.format(Locale.ROOT, " trades in %.2f s)", seconds));
        }
        lines.addAll(latencyLines());
        lines.add((check.isVerified() ? "verified: " : "NOT verified: ") + check.equalCount() + " of "
                + check.expectedCount() + " candles equal an independent recomputation");
        return lines;
    }

    /** The differences for standard error; empty when there are none. */
    List<String> differenceLines() {
        final List<String> lines = new ArrayList<>(check.differences());
        final long rest = check.differenceCount() - check.differences().size();
        if (rest > 0) {
            lines.add("and " + rest + (rest == 1 ? " more difference" : " more differences"));
        }
        return lines;
    }

    private List<String> latencyLines() {
        final long count = latencyNs.getTotalCount();
        if (count == 0) {
            return List.of("latency      not measured: no candle was made final by a trade of this run");
        }
        return List.of(
                "latency      p50 " + percentile(P50) + ", p99 " + percentile(P99) + ", p99.9 " + percentile(P999)
                        + "   (" + Progress.number(count) + (count == 1 ? " candle" : " candles") + " measured)",
                "             from when the trade that makes a candle final should have been sent to the candle's arrival");
    }

    private String percentile(final double percent) {
        return Progress.milliseconds(latencyNs.getValueAtPercentile(percent));
    }
}
