package io.millrace.node;

import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.publish;
import static io.millrace.node.NodeFixture.publisherContext;
import static io.millrace.node.NodeFixture.subscriberContext;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private static Node node;
    private static int topicCount;

    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Received> received = new ArrayList<>();
    private String topic;
    private Publisher publisher;
    private List<byte[]> values = new ArrayList<>();
    private int next;

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
        values = NodeFixture.givenValues(50_000, SEED);
    }

    @AfterEach
    void closeClients() {
        CloseHelper.closeAll(subscribers);
        publisher.close();
    }

    @Test
    void shouldSendEachRecordOnceToEightSubscribers() {
        for (int i = 0; i < 8; i++) {
            givenSubscriber(SubscriberContext::fromBegin);
        }
        publishUntilAllShare();
        final long sentBefore = node.counters().liveRecordsSent();
        final int first = next;

        publishAndReceive(5_000);

        assertThat(node.counters().liveRecordsSent() - sentBefore).isEqualTo(next - first);
        assertThat(node.counters().liveFeeds()).isEqualTo(1);
        assertThat(node.counters().liveDestinations()).isEqualTo(8);
        assertAllShare();
        assertAllReceivedOnceInOrder();
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
            next = publish(publisher, values, next, 1);
            publisher.poll();
            pollAll();
            return subscribers.stream().allMatch(each -> each.sharedPartitionCount() == 2);
        });
    }

    private void publishAndReceive(final int count) {
        final int end = next + count;
        await("published", () -> {
            next = publish(publisher, values, next, Math.min(50, end - next));
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
            subscribers.get(i).poll(received.get(i), 50);
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
