package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.givenNode;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenSubscriber;
import static io.millrace.node.NodeFixture.givenTopic;
import static io.millrace.node.NodeFixture.givenValues;
import static io.millrace.node.NodeFixture.publish;
import static io.millrace.node.NodeFixture.publishAll;
import static io.millrace.node.NodeFixture.publisherContext;
import static io.millrace.node.NodeFixture.subscriberContext;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeSystemTest {
    private static final long SEED = 42;

    @TempDir
    private Path directory;

    @Test
    void shouldCarryRecordsFromPublisherToLogToSubscriber() {
        final List<byte[]> values = givenValues(10_000, SEED);
        final Received received = new Received();

        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed");
                Subscriber subscriber = givenSubscriber(node)) {
            final int[] next = new int[1];
            await("all received", () -> {
                next[0] = publish(publisher, values, next[0], 50);
                publisher.poll();
                subscriber.poll(received, 50);
                return received.count() == values.size();
            });
            await("all acknowledged", () -> publisher.poll() >= 0 && publisher.isFullyAcknowledged());

            final LogTopic topic = node.store().topic(TOPIC);
            assertThat(received.partitions()).isEqualTo(Received.inLog(topic));
            assertThat(received.partitions()).hasSize(2).noneMatch(List::isEmpty);
            assertThat(node.counters().recordsAppended()).isEqualTo(values.size());
            assertValuesInOrder(topic, values);
        }
    }

    @Test
    void shouldDropWhatTheLogHoldsWhenAProducerRunsAgain() {
        final List<byte[]> values = givenValues(2_000, SEED);

        try (Node node = givenNode(directory)) {
            try (Publisher publisher = givenPublisher(node, "feed")) {
                publishAll(publisher, values.subList(0, 1_200));
            }
            try (Publisher publisher = givenPublisher(node, "feed")) {
                assertThat(publisher.lastSequence(0) + publisher.lastSequence(1))
                        .isEqualTo(1_200 - 2);
                assertThat(publisher.acknowledgedSequence(0)).isEqualTo(-1);
                publishAll(publisher, values);
            }

            assertValuesInOrder(node.store().topic(TOPIC), values);
            assertThat(node.counters().duplicatesDropped()).isEqualTo(1_200);
            assertThat(node.counters().recordsAppended()).isEqualTo(values.size());
        }
    }

    @Test
    void shouldResumeWhereAnEarlierRunEnded() {
        final List<byte[]> values = givenValues(300, SEED);

        try (Node node = givenNode(directory)) {
            try (Publisher publisher = givenPublisher(node, "feed")) {
                publishAll(publisher, values.subList(0, 150));
            }
            try (Publisher publisher = givenPublisher(node, "feed")) {
                publisher.resumeAt(0, publisher.lastSequence(0) + 1);
                publisher.resumeAt(1, publisher.lastSequence(1) + 1);
                publishAll(publisher, values, 150);
            }

            assertValuesInOrder(node.store().topic(TOPIC), values);
            assertThat(node.counters().duplicatesDropped()).isZero();
        }
    }

    @Test
    void shouldKeepRecordsWhenTheNodeIsClosedAndLaunchedAgain() {
        final List<byte[]> values = givenValues(500, SEED);
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed")) {
            publishAll(publisher, values);
        }

        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed")) {
            publishAll(publisher, values);

            assertValuesInOrder(node.store().topic(TOPIC), values);
            // The publisher need not wait until the node has dropped them.
            await("all dropped", () -> node.counters().duplicatesDropped() == values.size());
        }
    }

    @Test
    void shouldNotLetASlowSubscriberStallAnother() {
        final List<byte[]> values = givenValues(20_000, SEED);
        final Received quickly = new Received();
        final Received slowly = new Received();

        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed");
                Subscriber slow = givenSubscriber(node);
                Subscriber quick = givenSubscriber(node)) {
            final int[] next = new int[1];
            await("the quick one has all", () -> {
                next[0] = publish(publisher, values, next[0], 50);
                publisher.poll();
                quick.poll(quickly, 100);
                return quickly.count() == values.size();
            });
            await("the slow one has all", () -> {
                slow.poll(slowly, 100);
                return slowly.count() == values.size();
            });

            assertThat(slowly.partitions()).isEqualTo(quickly.partitions());
        }
    }

    @Test
    void shouldDeliverRecordsThatAreLongerThanAMessage() {
        final Received received = new Received();
        try (Node node = givenNode(directory);
                Subscriber subscriber = givenSubscriber(node)) {
            final LogTopic topic = node.store().topic(TOPIC);
            for (final int length : new int[] {10, 250_000, 20, 200_000, 250_000, 0}) {
                final UnsafeBuffer value = new UnsafeBuffer(new byte[length]);
                value.setMemory(0, length, (byte) length);
                await(
                        "appended",
                        () -> topic.partition(1).appender().append(RecordKind.DATA, 7, null, 0, 0, value, 0, length)
                                > 0);
            }
            await("all received", () -> {
                subscriber.poll(received, 10);
                return received.count() == 6;
            });

            assertThat(received.partitions()).isEqualTo(Received.inLog(topic));
        }
    }

    @Test
    void shouldHandTheSameRecordAgainWhenTheHandlerThrows() {
        final List<byte[]> values = givenValues(100, SEED);
        final Received received = new Received();
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed");
                Subscriber subscriber = givenSubscriber(node)) {
            publishAll(publisher, values);
            final int[] calls = new int[1];
            final int[] thrown = new int[1];
            await("all received", () -> {
                try {
                    subscriber.poll(
                            (partition, record) -> {
                                if (++calls[0] % 7 == 0) {
                                    throw new IllegalStateException("on purpose");
                                }
                                received.onRecord(partition, record);
                            },
                            10);
                } catch (final IllegalStateException ex) {
                    assertThat(ex).hasMessage("on purpose");
                    thrown[0]++;
                }
                return received.count() == values.size();
            });

            assertThat(thrown[0]).isPositive();
            assertThat(received.partitions())
                    .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
        }
    }

    @Test
    void shouldSubscribeFromPositionsAndFromTheEnd() {
        final List<byte[]> values = givenValues(200, SEED);
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed")) {
            publishAll(publisher, values.subList(0, 100));
            final Received first = new Received();
            final long position0;
            final long position1;
            try (Subscriber subscriber = givenSubscriber(node)) {
                await("a message received, which holds some of them", () -> {
                    subscriber.poll(first, 1);
                    return first.count() > 0;
                });
                position0 = subscriber.position(0);
                position1 = subscriber.position(1);
            }
            final Received rest = new Received();
            final Received last = new Received();
            try (Subscriber subscriber = Subscriber.connect(
                            subscriberContext(node).fromPosition(0, position0).fromPosition(1, position1));
                    Subscriber atEnd =
                            Subscriber.connect(subscriberContext(node).fromEnd())) {
                final int[] next = {100};
                await("rest received", () -> {
                    next[0] = publish(publisher, values, next[0], 50);
                    publisher.poll();
                    subscriber.poll(rest, 10);
                    atEnd.poll(last, 10);
                    return rest.count() == 200 - first.count() && last.count() == 100;
                });
            }

            final List<List<String>> all = Received.inLog(node.store().topic(TOPIC));
            for (int i = 0; i < 2; i++) {
                final int split = first.partitions().get(i).size();
                assertThat(all.get(i).subList(0, split))
                        .isEqualTo(first.partitions().get(i));
                assertThat(all.get(i).subList(split, all.get(i).size()))
                        .isEqualTo(rest.partitions().get(i));
                final int size = last.partitions().get(i).size();
                assertThat(all.get(i)
                                .subList(all.get(i).size() - size, all.get(i).size()))
                        .isEqualTo(last.partitions().get(i));
            }
        }
    }

    @Test
    void shouldCarryWatermarks() {
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed");
                Subscriber subscriber = givenSubscriber(node)) {
            assertThat(publisher.watermark(1, 77)).isZero();
            assertThat(publisher.watermark(1, Long.MAX_VALUE)).isEqualTo(1);
            final StringBuilder seen = new StringBuilder();
            await("both received", () -> {
                publisher.poll();
                subscriber.poll(
                        (partition, record) -> seen.append(partition)
                                .append(':')
                                .append(record.kind())
                                .append(':')
                                .append(record.eventTimeNs())
                                .append(' '),
                        10);
                return seen.length() > 20;
            });

            assertThat(seen).hasToString("1:3:77 1:3:" + Long.MAX_VALUE + " ");
        }
    }

    @Test
    void shouldFenceAProducerThatIsOpenedAgain() {
        final List<byte[]> values = givenValues(100, SEED);
        try (Node node = givenNode(directory);
                Publisher older = givenPublisher(node, "feed")) {
            publishAll(older, values.subList(0, 40));
            try (Publisher newer = givenPublisher(node, "feed")) {
                await("the older one hears it", () -> {
                    try {
                        older.poll();
                        return false;
                    } catch (final MillraceException ex) {
                        assertThat(ex).hasMessage("producer was opened again elsewhere: topic=trades producer=feed");
                        return true;
                    }
                });
                assertThat(older.watermark(0, 1)).isEqualTo(Outcome.FENCED);
                publishAll(newer, values);
            }
            assertValuesInOrder(node.store().topic(TOPIC), values);
        }
    }

    @Test
    void shouldRefuseARecordThatIsTooLong() {
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed")) {
            final int max = publisher.maxRecordLength();
            final UnsafeBuffer value = new UnsafeBuffer(new byte[max + 1]);

            assertThat(publisher.offer(1, null, 0, 0, value, 0, max + 1)).isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(publisher.offer(1, null, 0, 0, value, 0, max)).isZero();
            await("acknowledged", () -> publisher.poll() >= 0 && publisher.isFullyAcknowledged());
        }
    }

    @Test
    void shouldNameATopicThatDoesNotExist() {
        try (Node node = givenNode(directory)) {
            assertThatThrownBy(() ->
                            Publisher.connect(publisherContext(node, "feed").topic("tardes")))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("tardes")
                    .hasMessageContaining(TOPIC)
                    .extracting(ex -> ((MillraceException) ex).code())
                    .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
            assertThatThrownBy(() -> Subscriber.connect(subscriberContext(node).topic("tardes")))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("tardes");
        }
    }

    @Test
    void shouldNameAPortThatIsInUse() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            final int port = socket.getLocalPort();

            assertThatThrownBy(() -> Node.launch(context(directory).port(port)))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("port is in use: 127.0.0.1:" + port + "/udp; choose another, or 0 for any free one");
        }
        // What had been started is closed again: the store is free.
        givenNode(directory).close();
    }

    @Test
    void shouldNotOpenAStoreTwice() {
        try (Node node = givenNode(directory)) {
            assertThatThrownBy(() -> Node.launch(context(directory)))
                    .isInstanceOf(MillraceException.class)
                    .extracting(ex -> ((MillraceException) ex).code())
                    .isEqualTo(ErrorCode.STORE_IN_USE);
            assertThat(node.failure()).isNull();
        }
    }

    @Test
    void shouldNameAllWrongSettingsAtOnce() {
        assertThatThrownBy(() -> Node.launch(new NodeContext().port(70_000).segmentLength(1000)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("directory is not set")
                .hasMessageContaining("port=70000 must be from 0 to 65535")
                .hasMessageContaining("segmentLength=1000 must be a power of two");
    }

    @Test
    void shouldRunTwoNodesSideBySide(@TempDir final Path otherDirectory) {
        final List<byte[]> values = givenValues(500, SEED);
        try (Node node = givenNode(directory);
                Node other = givenNode(otherDirectory);
                Publisher publisher = givenPublisher(node, "feed");
                Publisher otherPublisher = givenPublisher(other, "feed")) {
            publishAll(publisher, values);
            publishAll(otherPublisher, values.subList(0, 100));

            assertThat(node.aeronDirectoryName()).isNotEqualTo(other.aeronDirectoryName());
            assertValuesInOrder(node.store().topic(TOPIC), values);
            assertValuesInOrder(other.store().topic(TOPIC), values.subList(0, 100));
        }
    }

    @Test
    void shouldLetNobodyElseSeeWhatPassesThroughItsDriver() throws IOException {
        try (Node node = givenNode(directory)) {
            final Path parent = Path.of(node.aeronDirectoryName()).getParent();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void shouldLeaveNoDirectoryAndNoThreadBehind() {
        final Node node = givenNode(directory);
        final Path driverDirectory = Path.of(node.aeronDirectoryName());
        final Publisher publisher = givenPublisher(node, "feed");
        assertThat(driverDirectory).exists();

        publisher.close();
        node.close();
        node.close();

        assertThat(driverDirectory.getParent()).doesNotExist();
        await(
                "threads end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .noneMatch(name -> name.contains("millrace")
                                || name.contains("aeron")
                                || name.contains("driver")
                                || name.contains("sender")));
    }

    @Test
    void shouldTellClientsThatTheNodeClosed() {
        final Node node = givenNode(directory);
        try (Publisher publisher = givenPublisher(node, "feed")) {
            node.close();
            await("the publisher hears it", () -> {
                try {
                    publisher.poll();
                    return !publisher.isConnected();
                } catch (final MillraceException ex) {
                    return true;
                }
            });
        } finally {
            node.close();
        }
    }

    @Test
    void shouldShareTheNodesAeronClient() {
        final List<byte[]> values = givenValues(500, SEED);
        final Received received = new Received();
        try (Node node = givenNode(directory);
                Publisher publisher =
                        Publisher.connect(publisherContext(node, "feed").aeron(node.aeron()));
                Subscriber subscriber =
                        Subscriber.connect(subscriberContext(node).aeron(node.aeron()))) {
            publishAll(publisher, values);
            await("all received", () -> {
                subscriber.poll(received, 50);
                return received.count() == values.size();
            });
            assertThat(node.counters().sessionsOpened()).isEqualTo(2);
        }
    }

    @Test
    void shouldSayInOneLineThatNoNodeAnswers() {
        try (Node node = givenNode(directory)) {
            givenTopic(node, "other", 1);
            assertThatThrownBy(() -> Publisher.connect(publisherContext(node, "feed")
                            .channel("aeron:udp?endpoint=127.0.0.1:9")
                            .timeoutNs(300_000_000L)))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageStartingWith("no node answers: channel=aeron:udp?endpoint=127.0.0.1:9 ")
                    .hasMessageContaining("waited=300ms");
        }
    }

    private static void assertValuesInOrder(final LogTopic topic, final List<byte[]> values) {
        final int[] next = {0, 0};
        for (int i = 0; i < topic.partitionCount(); i++) {
            final int partition = i;
            try (LogReader reader = topic.partition(i).reader()) {
                while (reader.poll(record -> assertValue(partition, record, next, values), 100) > 0) {
                    // until the end
                }
            }
        }
        assertThat(next[0] + next[1]).isEqualTo(values.size());
    }

    // BTCUSDT goes to partition 0, ETHUSDT to partition 1; every third record is BTCUSDT.
    private static void assertValue(
            final int partition, final RecordFlyweight record, final int[] next, final List<byte[]> values) {
        final int sequence = next[partition]++;
        final int index = partition == 0 ? sequence * 3 : sequence + sequence / 2 + 1;
        final byte[] value = new byte[record.valueLength()];
        record.buffer().getBytes(record.valueOffset(), value);
        assertThat(record.sequence()).isEqualTo(sequence);
        assertThat(record.eventTimeNs()).isEqualTo(NodeFixture.eventTimeNs(index));
        assertThat(value).isEqualTo(values.get(index));
    }
}
