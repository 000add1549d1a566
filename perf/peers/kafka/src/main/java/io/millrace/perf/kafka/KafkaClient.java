package io.millrace.perf.kafka;

import io.millrace.perf.compare.carrier.CarrierClient;
import io.millrace.perf.compare.contender.MessageHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer and a consumer of one topic, with the settings that Kafka's documentation names for throughput or for latency. */
final class KafkaClient implements CarrierClient {
    private static final Duration WAIT = Duration.ofMillis(100);

    private final String address;
    private final String topic;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong acknowledgedCount = new AtomicLong();
    private final Callback onAcknowledged;
    private final UnsafeBuffer taken = new UnsafeBuffer(new byte[0]);
    private KafkaConsumer<byte[], byte[]> consumer;
    private volatile Exception failure;

    KafkaClient(final String address, final String topic, final int partitionCount, final boolean isForLatency) {
        this.address = address;
        this.topic = topic;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        onAcknowledged = (metadata, ex) -> {
            if (ex == null) {
                acknowledgedCount.incrementAndGet();
            } else {
                failure = ex;
            }
        };
        producer = new KafkaProducer<>(
                producerSettings(isForLatency), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerSettings(final boolean isForLatency) {
        final Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(ProducerConfig.ACKS_CONFIG, "1");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        // One at a time keeps the order without idempotence when something is sent again; five are faster, and nothing
        // is.
        settings.put(ProducerConfig.RETRIES_CONFIG, 0);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, isForLatency ? 0 : 5);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, isForLatency ? 16 * 1024 : 128 * 1024);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
        settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }

    @Override
    public boolean publish(final int partition, final DirectBuffer message, final int length) {
        // Encoded into the batch before send returns, so the array is the caller's again.
        producer.send(new ProducerRecord<>(topic, partition, null, message.byteArray()), onAcknowledged);
        checkFailure();
        return true;
    }

    @Override
    public void work() {
        checkFailure(); // the producer has a thread of its own
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public long acknowledgedCount() {
        return acknowledgedCount.get();
    }

    @Override
    public void subscribe(final boolean isFromBegin) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        address,
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                        1,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(partitions);
        if (isFromBegin) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position); // the seek is carried out here
    }

    @Override
    public int poll(final MessageHandler handler, final int limit) {
        int count = 0;
        for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
            taken.wrap(record.value());
            handler.onMessage(taken, 0, taken.capacity());
            count++;
        }
        return count;
    }

    private void checkFailure() {
        if (failure != null) {
            throw new IllegalStateException("Kafka refused a message: " + failure, failure);
        }
    }

    @Override
    public void close() {
        producer.close();
        if (consumer != null) {
            consumer.close();
        }
    }
}
