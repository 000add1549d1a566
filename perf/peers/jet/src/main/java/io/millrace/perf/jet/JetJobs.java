package io.millrace.perf.jet;

import com.hazelcast.jet.datamodel.KeyedWindowResult;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sink;
import com.hazelcast.jet.pipeline.SinkBuilder;
import com.hazelcast.jet.pipeline.StreamStage;
import com.hazelcast.jet.pipeline.WindowDefinition;
import io.millrace.perf.compare.stream.StreamWorkload;
import java.time.Duration;

/** The workloads as jobs of Jet. It takes any unit for a time: here µs, so that times of trades are exact. */
final class JetJobs {
    private static final long NS_PER_US = 1_000;

    private JetJobs() {}

    static Pipeline build(final StreamWorkload workload) {
        final Pipeline pipeline = Pipeline.create();
        final StreamStage<Trade> trades =
                pipeline.readFrom(TradeSource.create()).withNativeTimestamps(0).setLocalParallelism(1);
        switch (workload) {
            case FILTER_MAP -> filterMap(trades);
            case TUMBLING, TUMBLING_LARGE, CHECKPOINTED, CHECKPOINTED_LARGE ->
                window(trades, WindowDefinition.tumbling(inUs(StreamWorkload.TUMBLING_SIZE)));
            case HOPPING ->
                window(trades, WindowDefinition.sliding(inUs(StreamWorkload.HOPPING_SIZE), inUs(StreamWorkload.HOP)));
            case JOIN -> join(pipeline, trades);
        }
        return pipeline;
    }

    private static long inUs(final Duration duration) {
        return duration.toNanos() / NS_PER_US;
    }

    private static void filterMap(final StreamStage<Trade> trades) {
        trades.filter(Trade::isLarge)
                .setLocalParallelism(1)
                .map(trade -> new Notional(trade.instrumentId(), trade.price() * trade.quantity()))
                .setLocalParallelism(1)
                .writeTo(notionals());
    }

    private static void window(final StreamStage<Trade> trades, final WindowDefinition windows) {
        trades.groupingKey(Trade::instrumentId)
                .window(windows)
                .aggregate(Sums.operation())
                .setLocalParallelism(1)
                .writeTo(sums());
    }

    /** There is no join of two streams, so it is written by hand over the state of a key, and needs the trades' order. */
    private static void join(final Pipeline pipeline, final StreamStage<Trade> trades) {
        pipeline.setPreserveOrder(true);
        final long withinUs = inUs(StreamWorkload.WITHIN);
        trades.groupingKey(Trade::instrumentId)
                .<Near, Notional>flatMapStateful(
                        () -> new Near(withinUs), (near, instrumentId, trade) -> near.pairsOf(trade))
                .setLocalParallelism(1)
                .writeTo(notionals());
    }

    private static Sink<Notional> notionals() {
        return SinkBuilder.sinkBuilder("sum", context -> JetContender.sum)
                .<Notional>receiveFn((sum, result) -> sum.add(result.instrumentId(), result.notional()))
                .preferredLocalParallelism(1)
                .build();
    }

    private static Sink<KeyedWindowResult<Long, Sums>> sums() {
        return SinkBuilder.sinkBuilder("sum", context -> JetContender.sum)
                .<KeyedWindowResult<Long, Sums>>receiveFn((sum, result) -> sum.add(
                        result.key(),
                        result.end() * NS_PER_US,
                        result.result().count(),
                        result.result().quantity(),
                        result.result().vwap()))
                .preferredLocalParallelism(1)
                .build();
    }
}
