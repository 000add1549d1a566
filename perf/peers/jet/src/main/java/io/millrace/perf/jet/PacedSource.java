package io.millrace.perf.jet;

import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.BroadcastKey;
import com.hazelcast.jet.core.ProcessorMetaSupplier;
import com.hazelcast.jet.core.ProcessorSupplier;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.jet.pipeline.StreamSource;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.streams.TradeBlock;

/** Trades out of memory, each when it is due, with that time in place of event time. Does not end by itself. */
final class PacedSource extends AbstractProcessor {
    private final TradeBlock trades = JetLatency.trades;
    private final Pace pace = JetLatency.pace;
    private Trade pending;
    private int next;

    static StreamSource<Trade> create() {
        return Sources.streamFromProcessor(
                "trades", ProcessorMetaSupplier.preferLocalParallelismOne(ProcessorSupplier.of(PacedSource::new)));
    }

    @Override
    public boolean saveToSnapshot() {
        return tryEmitToSnapshot(BroadcastKey.broadcastKey("next"), next);
    }

    @Override
    protected void restoreFromSnapshot(final Object key, final Object value) {
        next = (Integer) value;
    }

    @Override
    public boolean complete() {
        pace.begin();
        final int due = pace.dueAt(System.nanoTime());
        while (next < due) {
            if (pending == null) {
                pending = new Trade(
                        pace.dueNs(next), trades.instrumentId(next), trades.price(next), trades.quantity(next));
            }
            if (!tryEmit(pending)) {
                return false;
            }
            pending = null;
            next++;
        }
        return false;
    }
}
