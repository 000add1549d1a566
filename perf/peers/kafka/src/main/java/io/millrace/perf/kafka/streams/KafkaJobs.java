package io.millrace.perf.kafka.streams;

import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamWorkload;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.ForeachAction;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The workloads as topologies of Kafka Streams, from topic to topic. It counts time in ms; here they stand for µs, so that times of
 * trades are exact. Stores are in memory, without a cache in front, and without a changelog unless results have to be exactly once.
 */
final class KafkaJobs {
    static final String TRADES = "trades";
    static final String RESULTS = "results";

    /** Of the record that ends the input, which is nobody's number. */
    static final long END_KEY = 0;

    private static final long NS_PER_US = 1_000;

    /** From the last trade to the record that ends the input: so far that every window ends. */
    static final long END_US = StreamWorkload.HOPPING_SIZE.toNanos() / NS_PER_US;

    private KafkaJobs() {}

    static Topology build(final StreamWorkload workload, final ForeachAction<Long, Trade> onTrade) {
        final StreamsBuilder builder = new StreamsBuilder();
        final KStream<Long, Trade> trades = builder.stream(TRADES, Consumed.with(Serdes.Long(), LongsSerde.trade()))
                .peek(onTrade);
        switch (workload) {
            case FILTER_MAP ->
                trades.filter((instrumentId, trade) -> trade.isLarge())
                        .mapValues(trade -> trade.price() * trade.quantity())
                        .to(RESULTS, Produced.with(Serdes.Long(), Serdes.Long()));
            case TUMBLING, TUMBLING_LARGE, CHECKPOINTED, CHECKPOINTED_LARGE ->
                window(
                        trades,
                        TimeWindows.ofSizeWithNoGrace(inUs(StreamWorkload.TUMBLING_SIZE)),
                        workload.isCheckpointed());
            case HOPPING ->
                window(
                        trades,
                        TimeWindows.ofSizeWithNoGrace(inUs(StreamWorkload.HOPPING_SIZE))
                                .advanceBy(inUs(StreamWorkload.HOP)),
                        false);
            case JOIN -> join(trades);
        }
        return builder.build();
    }

    private static Duration inUs(final Duration duration) {
        return Duration.ofMillis(duration.toNanos() / NS_PER_US);
    }

    private static void window(
            final KStream<Long, Trade> trades, final TimeWindows windows, final boolean hasChangelog) {
        final Duration size = Duration.ofMillis(windows.size());
        // A store forgets as soon as a record moves the time on, before the windows are told that it ends.
        final Duration retention = size.plusMillis(2 * END_US);
        final Materialized<Long, Sums, WindowStore<Bytes, byte[]>> store = Materialized.<Long, Sums>as(
                        Stores.inMemoryWindowStore("sums", retention, size, false))
                .withKeySerde(Serdes.Long())
                .withValueSerde(LongsSerde.sums())
                .withCachingDisabled();
        if (!hasChangelog) {
            store.withLoggingDisabled();
        }
        trades.groupByKey(Grouped.with(Serdes.Long(), LongsSerde.trade()))
                .windowedBy(windows)
                .emitStrategy(EmitStrategy.onWindowClose())
                .aggregate(() -> Sums.NONE, (instrumentId, trade, sums) -> sums.plus(trade), store)
                .toStream()
                .map((window, sums) -> KeyValue.pair(window.key(), new long[] {
                    window.window().end() * NS_PER_US, sums.count(), sums.quantity(), sums.notional() / sums.quantity()
                }))
                .to(RESULTS, Produced.with(Serdes.Long(), LongsSerde.window()));
    }

    private static void join(final KStream<Long, Trade> trades) {
        trades.filter((instrumentId, trade) -> trade.isLarge())
                .join(
                        trades.filter((instrumentId, trade) -> !trade.isLarge()),
                        (large, small) -> large.price() * small.price(),
                        JoinWindows.ofTimeDifferenceWithNoGrace(inUs(StreamWorkload.WITHIN)),
                        // Not the stores themselves: those would have changelogs, whatever is said here.
                        StreamJoined.<Long, Trade, Trade>with(BuiltInDslStoreSuppliers.IN_MEMORY)
                                .withKeySerde(Serdes.Long())
                                .withValueSerde(LongsSerde.trade())
                                .withOtherValueSerde(LongsSerde.trade())
                                .withLoggingDisabled())
                .to(RESULTS, Produced.with(Serdes.Long(), Serdes.Long()));
    }

    /** Takes a result as its record holds it. */
    static void add(final ResultSum sum, final long instrumentId, final byte[] result) {
        final ByteBuffer buffer = ByteBuffer.wrap(result);
        if (result.length == Long.BYTES) {
            sum.add(instrumentId, buffer.getLong());
        } else {
            sum.add(instrumentId, buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
        }
    }
}
