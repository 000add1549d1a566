package io.millrace.perf.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.join.Joined;
import io.millrace.operators.keyed.Keyed;
import io.millrace.operators.task.Task;
import io.millrace.operators.window.Windowed;
import io.millrace.perf.streams.codec.NotionalEncoder;
import io.millrace.perf.streams.codec.TradeDecoder;
import io.millrace.perf.streams.codec.VwapEncoder;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.agrona.concurrent.NoOpIdleStrategy;

/** What is measured, written as a job, and run by the thread that calls. */
final class TradeJob implements AutoCloseable {
    private final JobTasks tasks;

    private TradeJob(final JobTasks tasks) {
        this.tasks = tasks;
    }

    /** Without checkpoints. */
    static TradeJob open(final TradeFeed feed, final Topology topology) {
        return new TradeJob(tasks(feed, topology, Duration.ZERO));
    }

    /** The tasks alone; an interval of zero for no checkpoints. */
    static JobTasks tasks(final TradeFeed feed, final Topology topology, final Duration checkpointInterval) {
        return tasks(feed, topology, checkpointInterval, Runnable::run);
    }

    /** The tasks alone, with somebody who removes what is old, as a {@link io.millrace.streams.Job} has. */
    static JobTasks tasks(
            final TradeFeed feed,
            final Topology topology,
            final Duration checkpointInterval,
            final Executor housekeeping) {
        final JobContext context = new JobContext()
                .checkpointInterval(checkpointInterval)
                .idleStrategy(() -> NoOpIdleStrategy.INSTANCE)
                .onSkipped(skipped -> {
                    throw new IllegalStateException(skipped.toString());
                });
        return JobTasks.open(feed.store(), topology, context, housekeeping);
    }

    /** S1. */
    static Topology largeTrades() {
        final Topology topology = Topology.named("job");
        trades(topology)
                .filter(LargeTrades::isLarge)
                .map(NotionalEncoder::new, LargeTrades::encode)
                .to(TradeFeed.RESULTS);
        return topology;
    }

    /** S2 and S3. */
    static Topology vwaps(final Windows windows) {
        return vwaps("job", windows);
    }

    /** S2 and S3 in a job that has to be told from another on the same feed. */
    static Topology vwaps(final String name, final Windows windows) {
        final Topology topology = Topology.named(name);
        vwaps(trades(topology).keyByLong("by-instrument", TradeDecoder::instrumentId), windows);
        return topology;
    }

    /** S2 and S3 under the keys that the trades have, so that any number of partitions needs no exchange. */
    static Topology keyedVwaps(final Windows windows) {
        final Topology topology = Topology.named("job");
        vwaps(trades(topology).keyed(Codecs.int64()), windows);
        return topology;
    }

    private static void vwaps(final KeyedStream<Long, TradeDecoder> trades, final Windows windows) {
        trades.window("vwaps", windows)
                .aggregate(Aggregation.<TradeDecoder, VwapState>flyweight(VwapState::new, VwapState::add)
                        .combine(VwapState::add))
                .map(VwapEncoder::new, TradeJob::encode)
                .to(TradeFeed.RESULTS);
    }

    /** S4: large and small trades of an instrument that lie close together. */
    static Topology nearPairs(final Duration within) {
        final Topology topology = Topology.named("job");
        final SourceStream<TradeDecoder> trades = trades(topology);
        large(trades)
                .join("pairs", small(trades), Within.of(within))
                .values()
                .map(NotionalEncoder::new, TradeJob::encodePair)
                .to(TradeFeed.RESULTS);
        return topology;
    }

    /** Each large trade with the last small one of its instrument. */
    static Topology lastQuotes() {
        final Topology topology = Topology.named("job");
        final SourceStream<TradeDecoder> trades = trades(topology);
        large(trades)
                .joinAsOf("quotes", small(trades), AsOf.anyAge())
                .values()
                .map(NotionalEncoder::new, TradeJob::encodePair)
                .to(TradeFeed.RESULTS);
        return topology;
    }

    private static KeyedStream<Long, TradeDecoder> large(final Stream<TradeDecoder> trades) {
        return trades.filter(LargeTrades::isLarge).keyByLong("large-by-instrument", TradeDecoder::instrumentId);
    }

    private static KeyedStream<Long, TradeDecoder> small(final Stream<TradeDecoder> trades) {
        return trades.filter(trade -> !LargeTrades.isLarge(trade))
                .keyByLong("small-by-instrument", TradeDecoder::instrumentId);
    }

    private static void encodePair(final Joined<TradeDecoder, TradeDecoder> pair, final NotionalEncoder notional) {
        notional.instrumentId(pair.left().instrumentId())
                .notional(pair.left().price() * pair.right().price());
    }

    /** The same sums over all of time, with a result for each instrument that was traded since the last poll. */
    static Topology rollingVwaps() {
        return rollingVwaps("job");
    }

    /** The same in a job that has to be told from another on the same feed. */
    static Topology rollingVwaps(final String name) {
        final Topology topology = Topology.named(name);
        trades(topology)
                .keyByLong("by-instrument", TradeDecoder::instrumentId)
                .aggregate("vwaps", Aggregation.<TradeDecoder, VwapState>flyweight(VwapState::new, VwapState::add))
                .toChanges()
                .map(VwapEncoder::new, TradeJob::encodeChange)
                .to(TradeFeed.RESULTS);
        return topology;
    }

    /** The same with a result for each trade. */
    static Topology everyVwap() {
        final Topology topology = Topology.named("job");
        trades(topology)
                .keyByLong("by-instrument", TradeDecoder::instrumentId)
                .aggregate("vwaps", Aggregation.<TradeDecoder, VwapState>flyweight(VwapState::new, VwapState::add))
                .everyUpdate()
                .toChanges()
                .map(VwapEncoder::new, TradeJob::encodeChange)
                .to(TradeFeed.RESULTS);
        return topology;
    }

    /** S2 and S3 in Java records, on a feed of records. */
    static Topology recordVwaps(final Windows windows) {
        final Topology topology = Topology.named("job");
        topology.stream(TradeFeed.TRADES, Codecs.records(TradeRecord.class))
                .neverIdle()
                .keyByLong("by-instrument", TradeRecord::instrumentId)
                .window("vwaps", windows)
                .aggregate(Aggregation.<TradeRecord, VwapSums>values(
                                Codecs.records(VwapSums.class), () -> VwapSums.NONE, VwapSums::plus)
                        .combine(VwapSums::plus))
                .map(TradeJob::toRecord, Codecs.records(VwapRecord.class))
                .to(TradeFeed.RESULTS);
        return topology;
    }

    private static VwapRecord toRecord(final Windowed<Long, VwapSums> window) {
        final VwapSums sums = window.value();
        return new VwapRecord(
                window.keyLong(), window.endNs(), sums.count(), sums.quantity(), sums.notional() / sums.quantity());
    }

    private static SourceStream<TradeDecoder> trades(final Topology topology) {
        // Between shots it may take long; event time must not go on then.
        return topology.stream(TradeFeed.TRADES, Codecs.sbe(TradeDecoder::new)).neverIdle();
    }

    private static void encode(final Windowed<Long, VwapState> window, final VwapEncoder vwap) {
        final VwapState state = window.value();
        vwap.instrumentId(window.keyLong())
                .windowEndNs(window.endNs())
                .count(state.count())
                .quantity(state.quantity())
                .vwap(state.notional() / state.quantity());
    }

    private static void encodeChange(final Keyed<Long, VwapState> change, final VwapEncoder vwap) {
        final VwapState state = change.value();
        vwap.instrumentId(change.keyLong())
                .windowEndNs(0)
                .count(state.count())
                .quantity(state.quantity())
                .vwap(state.notional() / state.quantity());
    }

    /** Works until there is nothing more to read. */
    void run() {
        while (tasks.doWork() > 0) {
            // On to the end.
        }
    }

    /** Works on one partition until there is nothing more to read there; each by one thread. */
    void run(final int partition) {
        final Task task = tasks.tasks().get(partition);
        while (task.doWork() > 0) {
            // On to the end.
        }
    }

    String plan() {
        return tasks.plan().describe();
    }

    @Override
    public void close() {
        tasks.close();
    }
}
