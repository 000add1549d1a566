package io.millrace.perf.jet;

import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.BroadcastKey;
import com.hazelcast.jet.core.EventTimeMapper;
import com.hazelcast.jet.core.EventTimePolicy;
import com.hazelcast.jet.core.ProcessorMetaSupplier;
import com.hazelcast.jet.core.ProcessorSupplier;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.jet.pipeline.StreamSource;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.streams.TradeBlock;

/** Trades out of memory, as fast as those behind take them; ends the job behind the last. */
final class TradeSource extends AbstractProcessor {
    /** What the time is only matters to those who want to find out who is idle. */
    private static final long NO_CLOCK = 0;

    private final TradeBlock trades = JetContender.trades;
    private final StreamMeter meter = JetContender.meter;
    private final EventTimeMapper<Trade> mapper;
    private Traverser<Object> pending;
    private int next;

    private TradeSource(final EventTimePolicy<? super Trade> policy) {
        mapper = new EventTimeMapper<>(policy);
        mapper.addPartitions(1);
    }

    static StreamSource<Trade> create() {
        return Sources.streamFromProcessorWithWatermarks(
                "trades",
                true,
                policy -> ProcessorMetaSupplier.preferLocalParallelismOne(
                        ProcessorSupplier.of(() -> new TradeSource(policy))));
    }

    @Override
    public boolean saveToSnapshot() {
        // A trade that is on its way out is behind what is saved.
        if (pending != null && !emitFromTraverser(pending)) {
            return false;
        }
        pending = null;
        return tryEmitToSnapshot(BroadcastKey.broadcastKey("next"), next);
    }

    @Override
    protected void restoreFromSnapshot(final Object key, final Object value) {
        next = (Integer) value;
    }

    @Override
    public boolean snapshotCommitFinish(final boolean isSuccess) {
        JetContender.snapshots += isSuccess ? 1 : 0;
        return true;
    }

    @Override
    public boolean complete() {
        while (true) {
            if (pending != null && !emitFromTraverser(pending)) {
                return false;
            }
            pending = null;
            meter.onTrade(next);
            if (next == trades.count()) {
                return true;
            }
            final Trade trade = new Trade(
                    trades.eventTimeUs(next), trades.instrumentId(next), trades.price(next), trades.quantity(next));
            pending = mapper.flatMapEvent(NO_CLOCK, trade, 0, trade.eventTimeUs());
            next++;
        }
    }
}
