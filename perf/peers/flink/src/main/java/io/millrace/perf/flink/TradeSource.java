package io.millrace.perf.flink;

import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.streams.TradeBlock;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Trades out of memory, some hundred at a time, each in the same object, which the settings of the job allow. Its one reader has no splits to wait for. */
final class TradeSource implements Source<Trade, NoSplit, Void> {
    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<Trade, NoSplit> createReader(final SourceReaderContext context) {
        return new Reader(FlinkContender.trades, FlinkContender.meter);
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(final SplitEnumeratorContext<NoSplit> context) {
        return new NoSplit.Enumerator();
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(
            final SplitEnumeratorContext<NoSplit> context, final Void checkpoint) {
        throw new UnsupportedOperationException("nothing is ever restored");
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new NoSplit.Serializer<>();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return new NoSplit.Serializer<>();
    }

    private static final class Reader implements SourceReader<Trade, NoSplit> {
        private static final int BATCH = 256;

        private final Trade trade = new Trade();
        private final TradeBlock trades;
        private final StreamMeter meter;
        private int next;

        Reader(final TradeBlock trades, final StreamMeter meter) {
            this.trades = trades;
            this.meter = meter;
        }

        @Override
        public InputStatus pollNext(final ReaderOutput<Trade> output) {
            final int end = Math.min(next + BATCH, trades.count());
            while (next < end) {
                meter.onTrade(next);
                trade.instrumentId = trades.instrumentId(next);
                trade.price = trades.price(next);
                trade.quantity = trades.quantity(next);
                output.collect(trade, trades.eventTimeUs(next));
                next++;
            }
            if (next < trades.count()) {
                return InputStatus.MORE_AVAILABLE;
            }
            meter.onTrade(next);
            return InputStatus.END_OF_INPUT;
        }

        @Override
        public void start() {
            // There is nothing to ask for.
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<NoSplit> snapshotState(final long checkpointId) {
            return List.of();
        }

        @Override
        public void addSplits(final List<NoSplit> splits) {
            throw new UnsupportedOperationException("nobody has splits to add");
        }

        @Override
        public void notifyNoMoreSplits() {
            // Nobody does.
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
