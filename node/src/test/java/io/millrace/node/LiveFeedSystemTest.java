package io.millrace.node;

import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.publish;
import static io.millrace.node.NodeFixture.publisherContext;
import static io.millrace.node.NodeFixture.subscriberContext;
import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.LossGenerator;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.millrace.log.Durability;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.transport.LiveSharing;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.SubscriptionHandler;
import io.millrace.transport.ingress.LiveCommandProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many subscribers of one topic that take what is appended from one stream, over real sockets. */
@Timeout(60)
class LiveFeedSystemTest {
    private static final long SEED = 47;

    @TempDir
    private static Path directory;

    private static final List<byte[]> VALUES = NodeFixture.givenValues(40_000, SEED);

    private static Node node;
    private static int topicCount;

    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Received> received = new ArrayList<>();
    private String topic;
    private Publisher publisher;
    private int next;
    private SubscriptionHandler onRecord = (partition, record) -> {};

    @BeforeAll
    static void launch() {
        node = Node.launch(NodeFixture.context(directory));
    }

    @AfterAll
    static void closeNode() {
        node.close();
    }

    @BeforeEach
    void createTopic() {
        topic = "topic-" + topicCount++;
        NodeFixture.givenTopic(node, topic, 2);
        publisher =
                Publisher.connect(publisherContext(node, "feed").topic(topic).aeron(node.aeron()));
    }

    @AfterEach
    void closeClients() {
        CloseHelper.quietCloseAll(subscribers);
        publisher.close();
    }

    @Test
    void shouldSendEachRecordOnceToEightSubscribers() {
        for (int i = 0; i < 8; i++) {
            givenSubscriber(SubscriberContext::fromBegin);
        }
        publishUntilAllShare();
        publishAndReceive(0);
        final long sentBefore = node.counters().liveRecordsSent();
        final int first = next;

        publishAndReceive(5_000);

        assertThat(node.counters().liveRecordsSent() - sentBefore).isEqualTo(next - first);
        assertThat(node.counters().liveFeeds()).isEqualTo(1);
        assertThat(node.counters().liveDestinations()).isEqualTo(8);
        assertAllShare();
        assertAllReceivedOnceInOrder();
    }

    @Test
    void shouldReplayALateSubscriberUntilItMeetsTheOthers() {
        givenSubscriber(SubscriberContext::fromBegin);
        givenSubscriber(SubscriberContext::fromBegin);
        publishUntilAllShare();
        publishAndReceive(2_000);

        givenSubscriber(SubscriberContext::fromBegin);
        publishUntilAllShare();
        publishAndReceive(500);

        assertAllShare();
        assertAllReceivedOnceInOrder();
        assertThat(subscribers.get(2).replayCount()).isZero();
    }

    @Test
    void shouldShareWithOneThatBeginsAtAPosition() {
        givenSubscriber(SubscriberContext::fromBegin);
        givenSubscriber(SubscriberContext::fromBegin);
        publishUntilAllShare();
        publishAndReceive(500);
        final Subscriber first = subscribers.get(0);
        final long position0 = first.position(0);
        final long position1 = first.position(1);
        final List<List<String>> before = Received.inLog(node.store().topic(topic));
        publishAndReceive(300);

        final Subscriber subscriber = Subscriber.connect(subscriberContext(node)
                .topic(topic)
                .aeron(node.aeron())
                .fromPosition(0, position0)
                .fromPosition(1, position1));
        final Received fromThere = new Received();
        await("shares, too", () -> {
            next = publish(publisher, VALUES, next, 1);
            publisher.poll();
            subscriber.poll(fromThere, 50);
            return subscriber.sharedPartitionCount() == 2;
        });
        await("all received", () -> {
            publisher.poll();
            subscriber.poll(fromThere, 50);
            return publisher.isFullyAcknowledged()
                    && subscriber.position(0) >= endOf(0)
                    && subscriber.position(1) >= endOf(1);
        });
        subscriber.close();

        for (int i = 0; i < 2; i++) {
            final List<String> all = Received.inLog(node.store().topic(topic)).get(i);
            assertThat(fromThere.partitions().get(i))
                    .isEqualTo(all.subList(before.get(i).size(), all.size()));
        }
    }

    @Test
    void shouldLetNobodyWaitForASubscriberThatStopsPolling() {
        for (int i = 0; i < 3; i++) {
            givenSubscriber(SubscriberContext::fromBegin);
        }
        publishUntilAllShare();
        publishAndReceive(100);
        final Subscriber slow = subscribers.remove(2);
        final Received slowly = received.remove(2);

        publishAndReceive(8_000);

        assertThat(subscribers).allMatch(each -> each.replayCount() == 0 && each.sharedPartitionCount() == 2);
        await("the slow one has all: " + slow, () -> {
            slow.poll(slowly, 50);
            return slowly.count() == next;
        });
        assertThat(slow.replayCount()).isPositive();
        assertThat(node.counters().liveFallbacks()).isPositive();
        subscribers.add(slow);
        received.add(slowly);
        publishUntilAllShare();
        publishAndReceive(100);
        assertAllReceivedOnceInOrder();
    }

    @Test
    void shouldFallBackToReplayWhenTheFeedIsLostAndComeBack() {
        final AtomicBoolean isDeaf = new AtomicBoolean();
        try (MediaDriver driver = givenDriver(isDeaf)) {
            givenSubscriber(SubscriberContext::fromBegin);
            givenSubscriber(SubscriberContext::fromBegin);
            final Subscriber deaf = givenSubscriber(
                    context -> context.fromBegin().aeron(null).aeronDirectoryName(driver.aeronDirectoryName()));
            publishUntilAllShare();
            publishAndReceive(100);

            isDeaf.set(true);
            await("nothing is sent to a port at which nobody listens", () -> {
                next = publish(publisher, VALUES, next, 1);
                publisher.poll();
                pollAll();
                return node.counters().liveDestinations() == 2;
            });
            publishAndReceive(1_000);
            assertThat(deaf.replayCount()).isPositive();
            assertThat(deaf.sharedPartitionCount()).isZero();

            isDeaf.set(false);
            publishUntilAllShare();
            publishAndReceive(100);
            assertAllReceivedOnceInOrder();
            assertThat(subscribers.get(0).replayCount()).isZero();
            CloseHelper.closeAll(subscribers);
        }
    }

    @Test
    void shouldSendOfATopicThatSurvivesALossOfPowerOnlyWhatDoes() {
        topic = "power";
        final LogTopic power = node.store()
                .createTopic(TopicSpec.named(topic)
                        .partitions(2)
                        .segmentLength(NodeFixture.SEGMENT_LENGTH)
                        .durability(Durability.POWER));
        publisher.close();
        publisher =
                Publisher.connect(publisherContext(node, "feed").topic(topic).aeron(node.aeron()));
        onRecord = (partition, record) ->
                assertThat(power.partition(partition).durablePosition()).isGreaterThanOrEqualTo(record.nextPosition());
        givenSubscriber(SubscriberContext::fromBegin);
        givenSubscriber(SubscriberContext::fromBegin);
        publishUntilAllShare();

        publishAndReceive(500);

        assertAllShare();
        assertAllReceivedOnceInOrder();
    }

    @Test
    void shouldDeliverToEachAloneWhoDoesNotWantToShare() {
        givenSubscriber(context -> context.liveSharing(LiveSharing.NEVER));
        givenSubscriber(context -> context.liveSharing(LiveSharing.NEVER));
        givenSubscriber(SubscriberContext::fromBegin);

        publishAndReceive(300);

        assertThat(subscribers).allMatch(each -> each.sharedPartitionCount() == 0);
        assertAllReceivedOnceInOrder();
    }

    @Test
    void shouldEndTheFeedWithItsLastSubscriber() {
        await("no feed is left of another test", () -> node.counters().liveFeeds() == 0);
        givenSubscriber(SubscriberContext::fromBegin);
        givenSubscriber(SubscriberContext::fromBegin);
        publishUntilAllShare();

        subscribers.remove(0).close();
        received.remove(0);
        await("one destination is left", () -> node.counters().liveDestinations() == 1);
        publishAndReceive(50);
        subscribers.remove(0).close();

        await("no feed is left", () -> node.counters().liveFeeds() == 0);
    }

    @Test
    void shouldSendNothingToAClientWithoutASubscription() {
        givenSubscriber(SubscriberContext::fromBegin);
        givenSubscriber(SubscriberContext::fromBegin);
        publishUntilAllShare();
        final LiveCommandProxy commands = new LiveCommandProxy();
        try (LiveIntruder intruder = new LiveIntruder(node)) {
            for (int handle = 0; handle < 4; handle++) {
                commands.share(intruder.ingress(), handle);
                commands.listen(intruder.ingress(), handle, handle, intruder.port());
                commands.follow(intruder.ingress(), handle, handle);
                commands.replay(intruder.ingress(), handle, handle, -1);
            }
            publishAndReceive(200);
            intruder.awaitAnswer();

            assertThat(node.counters().liveDestinations()).isEqualTo(2);
            assertThat(intruder.eventCount()).isZero();
        }
        assertThat(node.failure()).isNull();
        assertAllShare();
        assertAllReceivedOnceInOrder();
    }

    /** A driver that hears nothing of a live feed while the flag is set, and all else. */
    private static MediaDriver givenDriver(final AtomicBoolean isDeaf) {
        final LossGenerator deafness = (address, buffer, length) -> isDeaf.get();
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory.resolve("driver").toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .termBufferSparseFile(true)
                .threadingMode(ThreadingMode.SHARED)
                .errorHandler(error -> {})
                .receiveChannelEndpointSupplier((channel, dispatcher, status, context) -> channel.originalUriString()
                                .contains("session-id")
                        ? new DebugReceiveChannelEndpoint(channel, dispatcher, status, context, deafness, deafness)
                        : new ReceiveChannelEndpoint(channel, dispatcher, status, context)));
    }

    private long endOf(final int partition) {
        final List<String> records = Received.inLog(node.store().topic(topic)).get(partition);
        return Long.parseLong(records.get(records.size() - 1).split(" ")[0]) + 1;
    }

    private Subscriber givenSubscriber(final UnaryOperator<SubscriberContext> settings) {
        final Subscriber subscriber = Subscriber.connect(
                settings.apply(subscriberContext(node).topic(topic).aeron(node.aeron())));
        subscribers.add(subscriber);
        received.add(new Received());
        return subscriber;
    }

    private void publishUntilAllShare() {
        await("all share: " + subscribers, () -> {
            next = publish(publisher, VALUES, next, 1);
            publisher.poll();
            pollAll();
            return subscribers.stream().allMatch(each -> each.sharedPartitionCount() == 2);
        });
    }

    private void publishAndReceive(final int count) {
        final int end = next + count;
        await("published", () -> {
            next = publish(publisher, VALUES, next, Math.min(50, end - next));
            publisher.poll();
            pollAll();
            return next == end && publisher.isFullyAcknowledged();
        });
        await("all received", () -> {
            pollAll();
            return received.stream().allMatch(each -> each.count() == next);
        });
    }

    private void pollAll() {
        for (int i = 0; i < subscribers.size(); i++) {
            final Received each = received.get(i);
            subscribers
                    .get(i)
                    .poll(
                            (partition, record) -> {
                                onRecord.onRecord(partition, record);
                                each.onRecord(partition, record);
                            },
                            50);
        }
    }

    private void assertAllShare() {
        assertThat(subscribers).allMatch(each -> each.sharedPartitionCount() == 2);
    }

    private void assertAllReceivedOnceInOrder() {
        final List<List<String>> inLog = Received.inLog(node.store().topic(topic));
        for (final Received each : received) {
            assertThat(each.partitions()).isEqualTo(inLog);
        }
    }
}
