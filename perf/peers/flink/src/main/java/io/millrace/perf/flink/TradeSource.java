package io.millrace.perf.flink;

import java.io.Serial;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Trades out of memory, by one reader, which a job that is restored from a checkpoint goes on with where that was taken. */
final class TradeSource implements Source<Trade, TradeSplit, Boolean> {
    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<Trade, TradeSplit> createReader(final SourceReaderContext context) {
        return new TradeReader(FlinkContender.trades, FlinkContender.meter);
    }

    @Override
    public SplitEnumerator<TradeSplit, Boolean> createEnumerator(final SplitEnumeratorContext<TradeSplit> context) {
        return new TradeEnumerator(context, false);
    }

    @Override
    public SplitEnumerator<TradeSplit, Boolean> restoreEnumerator(
            final SplitEnumeratorContext<TradeSplit> context, final Boolean isAssigned) {
        return new TradeEnumerator(context, isAssigned);
    }

    @Override
    public SimpleVersionedSerializer<TradeSplit> getSplitSerializer() {
        return new TradeSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<Boolean> getEnumeratorCheckpointSerializer() {
        return new TradeEnumerator.Serializer();
    }
}
