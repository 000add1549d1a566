package io.millrace.perf.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker of its own, once: it takes seconds to start. */
@Timeout(60)
final class KafkaBrokerTest {
    private static final int COUNT = 1_000;

    @TempDir
    private Path directory;

    @Test
    void shouldCarryMessagesInOrderOverTheLoopbackAddress() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.createTopic("trades", 1, Map.of());
            assertThat(broker.address()).startsWith("127.0.0.1:");

            produce(broker.address());

            assertThat(consume(broker.address())).hasSize(COUNT).first().isEqualTo((byte) 0);
        }
    }

    private static void produce(final String address) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < COUNT; i++) {
                producer.send(new ProducerRecord<>("trades", 0, null, new byte[] {(byte) i}));
            }
        }
    }

    private static List<Byte> consume(final String address) {
        final List<Byte> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            final TopicPartition partition = new TopicPartition("trades", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (values.size() < COUNT) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    assertThat(record.value()[0]).isEqualTo((byte) values.size());
                    values.add(record.value()[0]);
                });
            }
        }
        return values;
    }
}
