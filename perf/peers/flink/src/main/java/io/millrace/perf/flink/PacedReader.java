package io.millrace.perf.flink;

import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.streams.TradeBlock;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.core.io.InputStatus;

/** Each trade when it is due, with that time in place of event time. Looks for it all the time, and does not end by itself. */
final class PacedReader extends SplitReader {
    private final Trade trade = new Trade();
    private final TradeBlock trades;
    private final Pace pace;

    PacedReader(final TradeBlock trades, final Pace pace) {
        this.trades = trades;
        this.pace = pace;
    }

    @Override
    InputStatus poll(final ReaderOutput<Trade> output) {
        pace.begin();
        final int due = pace.dueAt(System.nanoTime());
        while (next() < due) {
            trade.set(trades, next());
            output.collect(trade, pace.dueNs(next()));
            advance();
        }
        return InputStatus.MORE_AVAILABLE;
    }
}
