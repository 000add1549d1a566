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

    private final Kind kind;

    TradeSource(final Kind kind) {
        this.kind = kind;
    }

    /** How trades come. */
    enum Kind {
        /** As fast as those behind take them, until there are no more. */
        BLOCK,
        /** Each when it is due. */
        PACED,
        /** One of each instrument as fast as it goes, then each when it is due. */
        RECOVERY
    }

    @Override
    public Boundedness getBoundedness() {
        return kind == Kind.BLOCK ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<Trade, TradeSplit> createReader(final SourceReaderContext context) {
        return switch (kind) {
            case BLOCK -> new TradeReader(FlinkContender.trades, FlinkContender.meter);
            case PACED -> new PacedReader(FlinkLatency.trades, FlinkLatency.pace);
            case RECOVERY -> new RecoveryReader(FlinkRecovery.keys, FlinkRecovery.ready);
        };
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
