package io.millrace.perf.flink;

import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.streams.TradeBlock;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.core.io.InputStatus;

/** As fast as those behind take them: some hundred trades at a time, each in the same object, which the settings of the job allow. */
final class TradeReader extends SplitReader {
    private static final int BATCH = 256;

    private final Trade trade = new Trade();
    private final TradeBlock trades;
    private final StreamMeter meter;

    TradeReader(final TradeBlock trades, final StreamMeter meter) {
        this.trades = trades;
        this.meter = meter;
    }

    @Override
    InputStatus poll(final ReaderOutput<Trade> output) {
        final int end = Math.min(next() + BATCH, trades.count());
        while (next() < end) {
            final int number = next();
            meter.onTrade(number);
            trade.set(trades, number);
            output.collect(trade, trades.eventTimeUs(number));
            advance();
        }
        if (end < trades.count()) {
            return InputStatus.MORE_AVAILABLE;
        }
        meter.onTrade(end);
        return InputStatus.END_OF_INPUT;
    }

    @Override
    public void notifyCheckpointComplete(final long checkpointId) {
        FlinkContender.checkpoints++;
    }
}
