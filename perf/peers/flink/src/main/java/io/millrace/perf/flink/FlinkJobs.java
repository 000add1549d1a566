package io.millrace.perf.flink;

import io.millrace.perf.compare.stream.StreamWorkload;
import java.io.Serial;
import java.time.Duration;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.functions.co.ProcessJoinFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** The workloads as jobs of Flink. It counts time in ms; here they stand for µs, so that times of trades are exact. */
final class FlinkJobs {
    private static final long NS_PER_US = 1_000;

    private FlinkJobs() {}

    static void build(final StreamWorkload workload, final DataStream<Trade> trades) {
        switch (workload) {
            case FILTER_MAP -> filterMap(trades);
            case TUMBLING, TUMBLING_LARGE, CHECKPOINTED, CHECKPOINTED_LARGE ->
                window(trades, TumblingEventTimeWindows.of(inUs(StreamWorkload.TUMBLING_SIZE)));
            case HOPPING ->
                window(trades, SlidingEventTimeWindows.of(inUs(StreamWorkload.HOPPING_SIZE), inUs(StreamWorkload.HOP)));
            case JOIN -> join(trades);
        }
    }

    private static Duration inUs(final Duration duration) {
        return Duration.ofMillis(duration.toNanos() / NS_PER_US);
    }

    private static boolean isLarge(final Trade trade) {
        return trade.quantity > StreamWorkload.MIN_QUANTITY;
    }

    private static void filterMap(final DataStream<Trade> trades) {
        trades.filter(FlinkJobs::isLarge)
                .map(trade -> Notional.of(trade.instrumentId, trade.price * trade.quantity))
                .returns(Notional.class)
                .sinkTo(new SumSink<>(FlinkJobs::add));
    }

    private static void window(final DataStream<Trade> trades, final WindowAssigner<Object, TimeWindow> assigner) {
        trades.keyBy(trade -> trade.instrumentId)
                .window(assigner)
                .aggregate(new SumTrades(), new NameWindow())
                .sinkTo(new SumSink<>(FlinkJobs::add));
    }

    private static void join(final DataStream<Trade> trades) {
        final KeyedStream<Trade, Long> large = trades.filter(FlinkJobs::isLarge).keyBy(trade -> trade.instrumentId);
        final KeyedStream<Trade, Long> small =
                trades.filter(trade -> !isLarge(trade)).keyBy(trade -> trade.instrumentId);
        final Duration within = inUs(StreamWorkload.WITHIN);
        large.intervalJoin(small)
                .between(within.negated(), within)
                .process(new Pair())
                .sinkTo(new SumSink<>(FlinkJobs::add));
    }

    private static void add(final Notional result) {
        FlinkContender.sum.add(result.instrumentId, result.notional);
    }

    private static void add(final Sums result) {
        FlinkContender.sum.add(
                result.instrumentId,
                result.windowEndUs * NS_PER_US,
                result.count,
                result.quantity,
                result.notional / result.quantity);
    }

    /** Adds trades up in place. */
    private static final class SumTrades implements AggregateFunction<Trade, Sums, Sums> {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public Sums createAccumulator() {
            return new Sums();
        }

        @Override
        public Sums add(final Trade trade, final Sums sums) {
            sums.add(trade);
            return sums;
        }

        @Override
        public Sums getResult(final Sums sums) {
            return sums;
        }

        @Override
        public Sums merge(final Sums one, final Sums other) {
            throw new UnsupportedOperationException("these windows do not merge");
        }
    }

    /** Says whose sums they are, and when. */
    private static final class NameWindow extends ProcessWindowFunction<Sums, Sums, Long, TimeWindow> {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public void process(
                final Long instrumentId, final Context context, final Iterable<Sums> sums, final Collector<Sums> out) {
            final Sums result = sums.iterator().next();
            result.instrumentId = instrumentId;
            result.windowEndUs = context.window().getEnd();
            out.collect(result);
        }
    }

    private static final class Pair extends ProcessJoinFunction<Trade, Trade, Notional> {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public void processElement(
                final Trade large, final Trade small, final Context context, final Collector<Notional> out) {
            out.collect(Notional.of(large.instrumentId, large.price * small.price));
        }
    }
}
