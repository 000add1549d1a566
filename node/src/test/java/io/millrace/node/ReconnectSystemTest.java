package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.eventTimeNs;
import static io.millrace.node.NodeFixture.givenValues;
import static io.millrace.node.NodeFixture.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.DebugSendChannelEndpoint;
import io.aeron.driver.ext.RandomLossGenerator;
import io.millrace.log.Durability;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishers and subscribers with a media driver of their own, and a node that comes and goes. */
@Timeout(60)
class ReconnectSystemTest {
    private static final long SEED = 44;

    @TempDir
    private Path directory;

    @TempDir
    private Path driverDirectory;

    private MediaDriver driver;
    private int port;

    @BeforeEach
    void launchDriver() throws IOException {
        driver = givenDriver();
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void closeDriver() {
        driver.close();
    }

    @ParameterizedTest
    @EnumSource(CoLocation.class)
    void shouldStoreAndDeliverEachRecordOnceWhileTheNodeIsStoppedAndStarted(final CoLocation choice) {
        final List<byte[]> values = givenValues(6_000, SEED);
        final Received received = new Received();
        Node node = givenNode(Durability.PROCESS);
        try (Publisher publisher = givenPublisher();
                Subscriber subscriber = Subscriber.connect(subscriberContext().coLocation(choice))) {
            final int[] next = new int[1];
            for (int round = 1; round <= 3; round++) {
                final int target = values.size() * round / 3;
                await("published", () -> {
                    next[0] = publish(publisher, values, next[0], Math.min(50, target - next[0]));
                    poll(publisher, subscriber, received);
                    return next[0] == target;
                });
                // In the middle: much of it has not been acknowledged, or not even arrived.
                if (round < 3) {
                    node.close();
                    node = givenNode(Durability.PROCESS);
                }
            }
            await("all acknowledged and received", () -> {
                poll(publisher, subscriber, received);
                return publisher.isFullyAcknowledged() && received.count() == values.size();
            });

            assertThat(publisher.reconnectCount()).isPositive();
            assertThat(subscriber.reconnectCount()).isPositive();
            assertThat(subscriber.isCoLocated()).isEqualTo(choice == CoLocation.AUTO);
            assertThat(publisher.unacknowledgedCount()).isZero();
            assertStoredOnce(node, values);
            assertThat(received.partitions())
                    .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
        } finally {
            node.close();
        }
    }

    @Test
    void shouldShareTheLiveFeedOfANodeThatHasStartedAgain() {
        final List<byte[]> values = givenValues(40_000, SEED);
        final Received received = new Received();
        final Received other = new Received();
        Node node = givenNode(Durability.PROCESS);
        try (Publisher publisher = givenPublisher();
                Subscriber subscriber = Subscriber.connect(subscriberContext());
                Subscriber another = Subscriber.connect(subscriberContext())) {
            final int[] next = new int[1];
            for (int round = 0; round < 2; round++) {
                await("both share", () -> {
                    next[0] = publish(publisher, values, next[0], 1);
                    poll(publisher, subscriber, received);
                    another.poll(other, 50);
                    return subscriber.sharedPartitionCount() + another.sharedPartitionCount() == 4;
                });
                if (round == 0) {
                    node.close();
                    node = givenNode(Durability.PROCESS);
                    await("the loss is known", () -> {
                        poll(publisher, subscriber, received);
                        another.poll(other, 50);
                        return subscriber.sharedPartitionCount() + another.sharedPartitionCount() == 0;
                    });
                }
            }
            await("all acknowledged and received", () -> {
                poll(publisher, subscriber, received);
                another.poll(other, 50);
                return publisher.isFullyAcknowledged() && received.count() == next[0] && other.count() == next[0];
            });

            assertThat(received.partitions())
                    .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
            assertThat(other.partitions()).isEqualTo(received.partitions());
            assertThat(node.counters().liveDestinations()).isEqualTo(2);
        } finally {
            node.close();
        }
    }

    @Test
    void shouldKeepWhatIsPublishedWhileThereIsNoNodeAndSayWhenTheWindowIsFull() {
        final List<byte[]> values = givenValues(1_000, SEED);
        Node node = givenNode(Durability.POWER);
        try (Publisher publisher =
                Publisher.connect(publisherContext("feed").windowRecords(100).windowLength(8 * 1024 * 1024))) {
            node.close();
            await("the loss is known", () -> publisher.poll() >= 0 && !publisher.isConnected());
            final int[] next = {publish(publisher, values, 0, values.size())};

            assertThat(next[0]).isEqualTo(100);
            assertThat(offer(publisher, values, 100)).isEqualTo(Outcome.WINDOW_FULL);
            assertThat(publisher.awaitAcknowledged(1)).isFalse();

            node = givenNode(Durability.POWER);
            await("all published", () -> {
                next[0] = publish(publisher, values, next[0], 100);
                publisher.poll();
                return next[0] == values.size();
            });
            assertThat(publisher.awaitAcknowledged(TimeUnit.SECONDS.toNanos(20)))
                    .isTrue();
            assertStoredOnce(node, values);
        } finally {
            node.close();
        }
    }

    @Test
    void shouldGoOnWithAnotherMediaDriverWhenItsOwnIsLost() {
        final List<byte[]> values = givenValues(1_000, SEED);
        try (Node node = givenNode(Durability.PROCESS);
                Publisher publisher = Publisher.connect(publisherContext("feed").timeoutNs(2_000_000_000L))) {
            final int[] next = {publish(publisher, values, 0, 300)};
            driver.close();
            await("the loss is known", () -> publisher.poll() >= 0 && !publisher.isConnected());
            next[0] = publish(publisher, values, next[0], 300);
            driver = givenDriver();
            await("all acknowledged", () -> {
                next[0] = publish(publisher, values, next[0], 50);
                publisher.poll();
                return next[0] == values.size() && publisher.isFullyAcknowledged();
            });

            assertThat(publisher.reconnectCount()).isPositive();
            assertStoredOnce(node, values);
        }
    }

    @Test
    void shouldEndTheOlderOfTwoPublishersOfOneNameForGood() {
        final List<byte[]> values = givenValues(200, SEED);
        Node node = givenNode(Durability.PROCESS);
        try (Publisher older = givenPublisher();
                Publisher newer = givenPublisher()) {
            // Whether it hears it from the old session or from the node that was started anew.
            node.close();
            node = givenNode(Durability.PROCESS);
            await("the newer one is served", () -> {
                newer.poll();
                return newer.isConnected();
            });
            assertFenced(older);
            assertFenced(older);
            assertThat(offer(older, values, 0)).isEqualTo(Outcome.FENCED);
            assertThat(newer.epoch()).isEqualTo(older.epoch() + 1);

            NodeFixture.publishAll(newer, values);
            assertThat(newer.isConnected()).isTrue();
            assertStoredOnce(node, values);
        } finally {
            node.close();
        }
    }

    @Test
    void shouldGiveUpWhenNoNodeComesBackInTime() {
        final Node node = givenNode(Durability.PROCESS);
        try (Publisher publisher = Publisher.connect(publisherContext("feed").reconnectTimeoutNs(50_000_000L))) {
            node.close();
            await("given up", () -> {
                try {
                    publisher.poll();
                    return false;
                } catch (final MillraceException ex) {
                    assertThat(ex)
                            .hasMessageStartingWith("no session for 50ms: channel=aeron:udp?endpoint=127.0.0.1:" + port)
                            .hasMessageEndingWith("; node closed");
                    return true;
                }
            });
            assertThat(publisher.watermark(0, 1)).isEqualTo(Outcome.CLOSED);
        } finally {
            node.close();
        }
    }

    @Test
    void shouldNotTakeAnotherStoreForTheOneItKnows(@TempDir final Path otherDirectory) {
        final Node node = givenNode(Durability.PROCESS);
        try (Publisher publisher = givenPublisher()) {
            node.close();
            try (Node other = Node.launch(context(otherDirectory).port(port))) {
                NodeFixture.givenTopic(other, TOPIC, 2);
                await("ended", () -> {
                    try {
                        publisher.poll();
                        return false;
                    } catch (final MillraceException ex) {
                        assertThat(ex).hasMessageStartingWith("another store answers than before: ");
                        return true;
                    }
                });
            }
        } finally {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2})
    void shouldStoreAndDeliverEachRecordOnceWhenPacketsAreLostBothWays(final double rate) {
        final List<byte[]> values = givenValues(1_500, SEED);
        final Received received = new Received();
        driver.close();
        driver = givenDriver(rate);
        try (Node node = givenNode(Durability.PROCESS);
                Publisher publisher = givenPublisher();
                Subscriber subscriber = Subscriber.connect(subscriberContext())) {
            final int[] next = new int[1];
            await("all acknowledged and received at a loss of " + rate + ": " + publisher, () -> {
                next[0] = publish(publisher, values, next[0], 20);
                poll(publisher, subscriber, received);
                return next[0] == values.size() && publisher.isFullyAcknowledged() && received.count() == values.size();
            });

            assertStoredOnce(node, values);
            assertThat(received.partitions())
                    .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
        }
    }

    private static void assertFenced(final Publisher publisher) {
        await("fenced", () -> {
            try {
                publisher.poll();
                return false;
            } catch (final MillraceException ex) {
                assertThat(ex.code()).isEqualTo(ErrorCode.FENCED);
                assertThat(ex)
                        .hasMessageStartingWith("producer was opened again elsewhere: topic=trades producer=feed");
                return true;
            }
        });
    }

    private static void poll(final Publisher publisher, final Subscriber subscriber, final Received received) {
        publisher.poll();
        subscriber.poll(received, 50);
    }

    private static long offer(final Publisher publisher, final List<byte[]> values, final int i) {
        final UnsafeBuffer key = NodeFixture.key(i);
        final byte[] value = values.get(i);
        return publisher.offer(eventTimeNs(i), key, 0, key.capacity(), new UnsafeBuffer(value), 0, value.length);
    }

    private static void assertStoredOnce(final Node node, final List<byte[]> values) {
        final LogTopic topic = node.store().topic(TOPIC);
        final long[] next = new long[topic.partitionCount()];
        final int[] count = new int[1];
        for (int i = 0; i < next.length; i++) {
            final int partition = i;
            try (LogReader reader = topic.partition(i).reader()) {
                while (reader.poll(
                                record -> {
                                    assertThat(record.sequence()).isEqualTo(next[partition]++);
                                    final byte[] value = new byte[record.valueLength()];
                                    record.buffer().getBytes(record.valueOffset(), value);
                                    assertThat(value)
                                            .isEqualTo(values.get((int) (record.eventTimeNs() - eventTimeNs(0))));
                                    count[0]++;
                                },
                                100)
                        > 0) {
                    // until the end
                }
            }
        }
        assertThat(count[0]).isEqualTo(values.size());
    }

    private MediaDriver givenDriver() {
        return MediaDriver.launch(driverContext());
    }

    /** A driver that loses data and control packets, on their way out and on their way in. */
    private MediaDriver givenDriver(final double lossRate) {
        return MediaDriver.launch(driverContext()
                .sendChannelEndpointSupplier((channel, status, context) -> new DebugSendChannelEndpoint(
                        channel,
                        status,
                        context,
                        new RandomLossGenerator(lossRate, SEED),
                        new RandomLossGenerator(lossRate, SEED + 1)))
                .receiveChannelEndpointSupplier(
                        (channel, dispatcher, status, context) -> new DebugReceiveChannelEndpoint(
                                channel,
                                dispatcher,
                                status,
                                context,
                                new RandomLossGenerator(lossRate, SEED + 2),
                                new RandomLossGenerator(lossRate, SEED + 3))));
    }

    private MediaDriver.Context driverContext() {
        return new MediaDriver.Context()
                .aeronDirectoryName(driverDirectory.resolve("driver").toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .termBufferSparseFile(true)
                .threadingMode(ThreadingMode.SHARED)
                .errorHandler(error -> {});
    }

    private Node givenNode(final Durability durability) {
        final Node node = Node.launch(context(directory).port(port));
        node.store()
                .createTopic(TopicSpec.named(TOPIC)
                        .partitions(2)
                        .segmentLength(NodeFixture.SEGMENT_LENGTH)
                        .durability(durability));
        return node;
    }

    private Publisher givenPublisher() {
        return Publisher.connect(publisherContext("feed"));
    }

    private PublisherContext publisherContext(final String producerName) {
        return new PublisherContext()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .channel("aeron:udp?endpoint=127.0.0.1:" + port)
                .topic(TOPIC)
                .producerName(producerName);
    }

    private SubscriberContext subscriberContext() {
        return new SubscriberContext()
                .coLocation(CoLocation.NEVER)
                .aeronDirectoryName(driver.aeronDirectoryName())
                .channel("aeron:udp?endpoint=127.0.0.1:" + port)
                .topic(TOPIC);
    }
}
