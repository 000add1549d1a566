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
 * @param rejectedLines lines of the file that are no trades, and were not fed.
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
        long rejectedLines,
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
        lines.add("malformed    " + malformed());
        lines.add("candles out  " + Progress.number(candles));
        if (elapsedNs > 0) {
            final double seconds = elapsedNs / NS_PER_SECOND;
            lines.add("throughput   " + Progress.number(Math.round((tradesIn - held) / seconds)) + " trades/s   ("
                    + Progress.count(tradesIn - held, "trade")
                    + String.format(Locale.ROOT, " in %,.2f s)", seconds));
        }
        lines.addAll(latencyLines());
        lines.add(verdict());
        return lines;
    }

    private String malformed() {
        return rejectedLines + skippedCount == 0
                ? "0"
                : Progress.count(rejectedLines, "line") + " of the file, " + Progress.number(skippedCount)
                        + " in the stream";
    }

    private String verdict() {
        if (check.isVerified() && check.expectedCount() == 0) {
            return "nothing to verify: no trade that was fed belongs to a candle";
        }
        if (!check.isVerified()) {
            return "NOT verified: " + Progress.count(check.differenceCount(), "difference")
                    + " from an independent recomputation of " + Progress.count(check.expectedCount(), "candle");
        }
        return "verified: " + Progress.number(check.equalCount()) + " of " + Progress.number(check.expectedCount())
                + " candles equal an independent recomputation";
    }

    /** The records in the stream that are no trades, for standard error; empty when there are none. */
    List<String> skippedLines() {
        final List<String> lines = new ArrayList<>();
        skipped.forEach(record -> lines.add(record.toString()));
        final long rest = skippedCount - skipped.size();
        if (rest > 0) {
            lines.add("and " + Progress.count(rest, "more record") + " skipped");
        }
        return lines;
    }

    /** The differences for standard error; empty when there are none. */
    List<String> differenceLines() {
        final List<String> lines = new ArrayList<>(check.differences());
        final long rest = check.differenceCount() - check.differences().size();
        if (rest > 0) {
            lines.add("and " + Progress.count(rest, "more difference"));
        }
        return lines;
    }

    private List<String> latencyLines() {
        final long count = latencyNs.getTotalCount();
        if (count == 0) {
            return List.of("latency      not measured: no candle was made final by a trade of this run");
        }
        return List.of(
                "latency      p50 " + percentile(P50) + ", p99 " + percentile(P99) + ", p99.9 " + percentile(P999),
                "             " + Progress.count(count, "candle") + ", from when the trade that makes",
                "             one final should have been sent to its arrival");
    }

    private String percentile(final double percent) {
        return Progress.milliseconds(latencyNs.getValueAtPercentile(percent));
    }
}
