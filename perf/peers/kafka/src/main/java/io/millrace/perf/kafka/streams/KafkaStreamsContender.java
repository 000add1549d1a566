package io.millrace.perf.kafka.streams;

import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.kafka.KafkaAddress;
import io.millrace.perf.kafka.KafkaBroker;
import io.millrace.perf.streams.TradeBlock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.internals.AppInfoParser;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Kafka Streams with a broker in a process of its own, from a topic of one partition to another: one thread, stores in memory; at
 * least once and without changelogs, or exactly once with a commit each second and changelogs. All trades are in the topic before any
 * is read.
 */
public final class KafkaStreamsContender implements StreamContender {
    /** Times of records are µs, which a broker takes for ms of a far future. */
    private static final Map<String, String> TOPIC_SETTINGS = Map.of(
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
            Long.toString(Long.MAX_VALUE),
            TopicConfig.RETENTION_MS_CONFIG,
            "-1");

    /** Results of windows are told when their time has come, not once in a second of the clock on the wall. */
    private static final String EMIT_INTERVAL_MS = "__emit.interval.ms.kstreams.windowed.aggregation__";

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long TIMEOUT_S = 280;

    /** Creates one; nothing is started until it runs. */
    public KafkaStreamsContender() {}

    @Override
    public StreamOutcome run(final StreamTask task) throws Exception {
        final KafkaAddress broker = KafkaAddress.await(task.directory());
        final StreamMeter meter = new StreamMeter(task, broker::cpuNs);
        KafkaBroker.createTopic(broker.address(), KafkaJobs.TRADES, 1, TOPIC_SETTINGS);
        KafkaBroker.createTopic(broker.address(), KafkaJobs.RESULTS, 1, TOPIC_SETTINGS);
        produce(broker, new TradeBlock(task.workload(), task.total()));
        final long commits = process(broker, task, meter);
        return StreamOutcome.of(task.measured(), meter, consume(broker)).withCheckpoints(commits);
    }

    private static void produce(final KafkaAddress broker, final TradeBlock trades) {
        final Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.address(),
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 * 1024,
                ProducerConfig.LINGER_MS_CONFIG,
                20);
        try (KafkaProducer<Long, Trade> producer = new KafkaProducer<>(
                settings, Serdes.Long().serializer(), LongsSerde.trade().serializer())) {
            for (int i = 0; i < trades.count(); i++) {
                final Trade trade = new Trade(trades.price(i), trades.quantity(i));
                send(producer, trades.eventTimeUs(i), trades.instrumentId(i), trade);
            }
            // Moves the time on, so that the last windows end.
            send(producer, trades.eventTimeUs(trades.count()) + KafkaJobs.END_US, KafkaJobs.END_KEY, new Trade(0, 0));
        }
    }

    private static void send(
            final KafkaProducer<Long, Trade> producer, final long timeUs, final long key, final Trade trade) {
        producer.send(new ProducerRecord<>(KafkaJobs.TRADES, 0, timeUs, key, trade));
    }

    private static long process(final KafkaAddress broker, final StreamTask task, final StreamMeter meter)
            throws Exception {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        final long[] taken = {0};
        try (KafkaStreams streams = new KafkaStreams(
                KafkaJobs.build(task.workload(), (instrumentId, trade) -> {
                    meter.onTrade(taken[0]++);
                    if (instrumentId == KafkaJobs.END_KEY) {
                        end.complete(null);
                    }
                }),
                settings(broker, task))) {
            streams.setUncaughtExceptionHandler(ex -> {
                end.completeExceptionally(ex);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            end.get(TIMEOUT_S, TimeUnit.SECONDS);
            // To close is to finish the record at hand, with all windows that it ends, and to flush.
            return task.workload().isCheckpointed() ? commits(streams) : 0;
        }
    }

    private static long commits(final KafkaStreams streams) {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("commit-total")
                        && metric.metricName().group().equals("stream-thread-metrics"))
                .mapToLong(metric -> ((Number) metric.metricValue()).longValue())
                .sum();
    }

    private static Properties settings(final KafkaAddress broker, final StreamTask task) {
        final Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "perf");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address());
        settings.put(
                StreamsConfig.STATE_DIR_CONFIG,
                task.directory().resolve("state").toString());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(EMIT_INTERVAL_MS, 0L);
        // Of changelogs.
        TOPIC_SETTINGS.forEach((name, value) -> settings.put(StreamsConfig.topicPrefix(name), value));
        if (task.workload().isCheckpointed()) {
            settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, StreamWorkload.CHECKPOINT_INTERVAL.toMillis());
        }
        return settings;
    }

    private static ResultSum consume(final KafkaAddress broker) {
        final ResultSum sum = new ResultSum();
        final Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.address(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<Long, byte[]> consumer =
                new KafkaConsumer<>(settings, new LongDeserializer(), new ByteArrayDeserializer())) {
            final TopicPartition results = new TopicPartition(KafkaJobs.RESULTS, 0);
            consumer.assign(List.of(results));
            consumer.seekToBeginning(List.of(results));
            final long end = consumer.endOffsets(List.of(results)).get(results);
            while (consumer.position(results) < end) {
                final ConsumerRecords<Long, byte[]> records = consumer.poll(POLL);
                for (final ConsumerRecord<Long, byte[]> result : records) {
                    KafkaJobs.add(sum, result.key(), result.value());
                }
            }
        }
        return sum;
    }

    @Override
    public String version() {
        return AppInfoParser.getVersion();
    }
}
