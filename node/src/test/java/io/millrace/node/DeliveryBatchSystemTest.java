package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenSubscriber;
import static io.millrace.node.NodeFixture.givenTopic;
import static io.millrace.node.NodeFixture.givenValues;
import static io.millrace.node.NodeFixture.publishAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that wait for a subscriber leave in few messages, and nothing is lost where the subscriber takes none of them. */
@Timeout(60)
final class DeliveryBatchSystemTest {
    @TempDir
    private Path directory;

    private final List<byte[]> taken = new ArrayList<>();

    @Test
    void shouldDeliverManyShortRecordsInOneMessage() {
        final List<byte[]> values =
                Stream.generate(() -> new byte[100]).limit(1_000).toList();
        try (Node node = Node.launch(context(directory))) {
            givenTopic(node, TOPIC, 1);
            try (Publisher publisher = givenPublisher(node, "feed")) {
                publishAll(publisher, values);
            }
            try (Subscriber subscriber = givenSubscriber(node)) {
                final int[] first = new int[1];
                await("a message", () -> (first[0] = subscriber.poll(this::take, 1)) > 0);

                assertThat(first[0]).isGreaterThan(10);
            }
        }
    }

    /** Some are longer than a datagram, segments end between them, and all are there before the first is taken. */
    @Test
    void shouldLoseNothingBetweenShortAndLongRecordsThatTheSubscriberDoesNotTake() {
        final List<byte[]> values = givenValues(20_000, 7);
        try (Node node = Node.launch(context(directory))) {
            givenTopic(node, TOPIC, 1);
            try (Publisher publisher = givenPublisher(node, "feed");
                    Subscriber subscriber = givenSubscriber(node)) {
                publishAll(publisher, values);
                await("all taken", () -> {
                    subscriber.poll(this::take, 3);
                    return taken.size() >= values.size();
                });

                assertThat(subscriber.poll(this::take, 100)).isZero();
                assertThat(subscriber.reconnectCount()).isZero();
            }
        }
        assertThat(taken).hasSameSizeAs(values);
        for (int i = 0; i < values.size(); i++) {
            assertThat(taken.get(i)).as("record %d", i).isEqualTo(values.get(i));
        }
    }

    private void take(final RecordFlyweight record) {
        final byte[] value = new byte[record.valueLength()];
        record.buffer().getBytes(record.valueOffset(), value);
        taken.add(value);
    }
}
