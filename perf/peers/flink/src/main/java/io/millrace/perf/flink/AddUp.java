package io.millrace.perf.flink;

import java.io.Serial;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Keeps the sums of an instrument for all of time, and tells them after each trade. */
final class AddUp extends KeyedProcessFunction<Long, Trade, Sums> {
    @Serial
    private static final long serialVersionUID = 1;

    private transient ValueState<Sums> state;

    @Override
    public void open(final OpenContext context) {
        state = getRuntimeContext().getState(new ValueStateDescriptor<>("sums", Sums.class));
    }

    @Override
    public void processElement(final Trade trade, final Context context, final Collector<Sums> out) throws Exception {
        Sums sums = state.value();
        if (sums == null) {
            sums = new Sums();
            sums.instrumentId = trade.instrumentId;
        }
        sums.add(trade);
        state.update(sums);
        // Of whoever asks for latencies it is when the trade was due, in ns.
        sums.windowEndUs = context.timestamp();
        out.collect(sums);
    }
}
