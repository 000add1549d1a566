package io.millrace.perf.kafka.streams;

import io.millrace.perf.kafka.KafkaAddress;
import io.millrace.perf.kafka.KafkaBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Sums over all trades of an instrument so far with a result for each trade, from a topic of one partition to another: one thread, a
 * store in memory without a cache. A record waits for others as long as a client's does by default, not for the 100 ms of Kafka Streams.
 */
final class RunningJob {
    private static final String LINGER_MS = "5";

    private final String address;
    private final String name;

    /** Of a name of its own, which topics and files carry. */
    RunningJob(final KafkaAddress broker, final String name) {
        this.address = broker.address();
        this.name = name;
    }

    void createTopics() {
        KafkaBroker.createTopic(address, trades(), 1, Map.of());
        KafkaBroker.createTopic(address, results(), 1, Map.of());
    }

    private String trades() {
        return name + "-trades";
    }

    private String results() {
        return name + "-results";
    }

    /** With a changelog where it is exactly once; settings that are given win. */
    KafkaStreams start(final boolean isExactlyOnce, final Path directory, final Map<String, Object> settings) {
        final Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG, directory.resolve("state").toString());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
        if (isExactlyOnce) {
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        }
        properties.putAll(settings);
        final KafkaStreams streams = new KafkaStreams(topology(isExactlyOnce), properties);
        streams.start();
        return streams;
    }

    private Topology topology(final boolean hasChangelog) {
        final StreamsBuilder builder = new StreamsBuilder();
        final Materialized<Long, TaggedSums, KeyValueStore<Bytes, byte[]>> store = Materialized.<Long, TaggedSums>as(
                        Stores.inMemoryKeyValueStore("sums"))
                .withKeySerde(Serdes.Long())
                .withValueSerde(LongsSerde.taggedSums())
                .withCachingDisabled();
        if (!hasChangelog) {
            store.withLoggingDisabled();
        }
        builder.stream(trades(), Consumed.with(Serdes.Long(), LongsSerde.taggedTrade()))
                .groupByKey(Grouped.with(Serdes.Long(), LongsSerde.taggedTrade()))
                .aggregate(() -> TaggedSums.NONE, (instrumentId, trade, sums) -> sums.plus(trade), store)
                .toStream()
                .to(results(), Produced.with(Serdes.Long(), LongsSerde.taggedSums()));
        return builder.build();
    }

    KafkaProducer<Long, TaggedTrade> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address, ProducerConfig.LINGER_MS_CONFIG, LINGER_MS),
                Serdes.Long().serializer(),
                LongsSerde.taggedTrade().serializer());
    }

    ProducerRecord<Long, TaggedTrade> record(final long instrumentId, final TaggedTrade trade) {
        return new ProducerRecord<>(trades(), 0, instrumentId, trade);
    }

    /** Reads results that are committed, from those on that are not there yet. */
    KafkaConsumer<Long, TaggedSums> consumer() {
        final KafkaConsumer<Long, TaggedSums> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        address,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                Serdes.Long().deserializer(),
                LongsSerde.taggedSums().deserializer());
        final List<TopicPartition> partition = List.of(new TopicPartition(results(), 0));
        consumer.assign(partition);
        consumer.seekToEnd(partition);
        consumer.position(partition.get(0)); // now, not with the first poll
        return consumer;
    }

    /** Number of trades that are there. */
    long tradeCount(final KafkaConsumer<Long, TaggedSums> consumer) {
        final TopicPartition partition = new TopicPartition(trades(), 0);
        return consumer.endOffsets(List.of(partition)).get(partition);
    }
}
