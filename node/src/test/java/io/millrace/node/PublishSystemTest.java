package io.millrace.node;

import static io.millrace.node.NodeFixture.SEGMENT_LENGTH;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.MappedFile;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import io.millrace.transport.CoLocation;
import io.millrace.transport.PublishClaim;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.WhenGone;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a publisher and a subscriber can ask of one node, whose disk forces only when it is let. */
@Timeout(60)
class PublishSystemTest {
    private static final AtomicBoolean IS_FORCING = new AtomicBoolean(true);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final UnsafeBuffer VALUE = new UnsafeBuffer(new byte[200]);

    @TempDir
    private static Path directory;

    private static Node node;

    @BeforeAll
    static void launch() {
        node = Node.launch(context(directory).storage(givenStorage()));
    }

    @AfterAll
    static void close() {
        IS_FORCING.set(true);
        node.close();
    }

    @ParameterizedTest
    @EnumSource(CoLocation.class)
    void shouldAcknowledgeAndShowRecordsOfAPowerTopicOnlyOnceTheyAreForced(final CoLocation choice) {
        final String name = "durable-" + choice;
        final LogTopic topic = givenTopic(name, 2, Durability.POWER);
        final Received received = new Received();
        try (Publisher publisher = givenPublisher(name);
                Subscriber subscriber =
                        Subscriber.connect(subscriberContext(name).coLocation(choice))) {
            IS_FORCING.set(false);
            final long before = topic.partition(0).tailPosition();
            for (int i = 0; i < 100; i++) {
                assertThat(publisher.offerTo(0, i, null, 0, 0, VALUE, 0, 200)).isEqualTo(i);
            }
            await("appended", () -> {
                publisher.poll();
                subscriber.poll(received, 10);
                return topic.partition(0).tailPosition() - before == 100 * 240;
            });
            assertThat(publisher.awaitAcknowledged(TimeUnit.MILLISECONDS.toNanos(50)))
                    .isFalse();
            subscriber.poll(received, 10);
            assertThat(publisher.acknowledgedSequence(0)).isLessThan(99);
            assertThat(received.count()).isLessThan(100);

            IS_FORCING.set(true);
            assertThat(publisher.awaitAcknowledged(TIMEOUT_NS)).isTrue();
            await("received", () -> subscriber.poll(received, 10) >= 0 && received.count() == 100);
        } finally {
            IS_FORCING.set(true);
        }
    }

    @Test
    void shouldPublishWhatIsWrittenIntoAClaimAndNothingOfOneThatIsAborted() {
        final LogTopic topic = givenTopic("claimed", 2, Durability.PROCESS);
        final PublishClaim claim = new PublishClaim();
        final UnsafeBuffer key = key(1);
        try (Publisher publisher = givenPublisher("claimed")) {
            assertThat(publisher.claim(claim, 7, key, 0, key.capacity(), 8)).isZero();
            assertThatThrownBy(() -> publisher.watermark(0, 1)).hasMessageStartingWith("a claim is open");
            // What is under way meanwhile does not take the claimed space along.
            publisher.poll();
            claim.buffer().putLong(claim.valueOffset(), 4711);
            assertThat(claim.commit()).isZero();
            assertThat(publisher.claimTo(claim, claim.partition(), 8, 0, 100)).isEqualTo(1);
            claim.abort();
            assertThatThrownBy(claim::commit).hasMessageStartingWith("nothing is claimed");
            assertThat(publisher.offerTo(claim.partition(), 9, key, 0, 3, VALUE, 0, 1))
                    .isEqualTo(1);
            assertThat(publisher.awaitAcknowledged(TIMEOUT_NS)).isTrue();

            final List<String> seen = new ArrayList<>();
            try (LogReader reader = topic.partition(claim.partition()).reader()) {
                reader.poll(
                        record -> seen.add(record.sequence() + ":" + record.eventTimeNs() + ":" + record.keyLength()
                                + ":"
                                + (record.valueLength() == 8 ? record.buffer().getLong(record.valueOffset()) : "")
                                + record.isChecksumValid()),
                        10);
            }
            assertThat(seen).containsExactly("0:7:7:4711true", "1:9:3:true");
        }
    }

    @Test
    void shouldRecogniseMoreThanAWindowOfRecordsThatAreHeldAlready() {
        final LogTopic topic = givenTopic("again", 1, Durability.PROCESS);
        try (Publisher publisher = givenPublisher("again")) {
            publish(publisher, 500);
        }
        final List<List<String>> once = Received.inLog(topic);

        final PublisherContext context =
                publisherContext("again").windowRecords(32).windowLength(64 * 1024);
        try (Publisher publisher = Publisher.connect(context)) {
            publish(publisher, 500);
        }

        assertThat(once.get(0)).hasSize(500);
        assertThat(Received.inLog(topic)).isEqualTo(once);
    }

    @Test
    void shouldSpreadRecordsWithoutAKeyInTurnsThatEveryRunRepeats() {
        final LogTopic topic = givenTopic("keyless", 3, Durability.PROCESS);
        for (int run = 0; run < 2; run++) {
            try (Publisher publisher = givenPublisher("keyless")) {
                for (int i = 0; i < 64 * 4; i++) {
                    assertThat(publisher.offer(i, null, 0, 0, VALUE, 0, 10)).isNotNegative();
                }
                assertThat(publisher.awaitAcknowledged(TIMEOUT_NS)).isTrue();
                assertThat(publisher.nextSequence(0)).isEqualTo(128);
                assertThat(publisher.nextSequence(1)).isEqualTo(64);
                assertThat(publisher.nextSequence(2)).isEqualTo(64);
            }
        }

        assertThat(Received.inLog(topic).stream().mapToInt(List::size).sum()).isEqualTo(64 * 4);
    }

    @ParameterizedTest
    @EnumSource(CoLocation.class)
    void shouldSubscribeFromALogTime(final CoLocation choice) {
        final String name = "timed-" + choice;
        final LogTopic topic = givenTopic(name, 1, Durability.PROCESS);
        try (Publisher publisher = givenPublisher(name)) {
            publish(publisher, 10);
            final long splitNs = node.store().logTimeNs() + 1;
            await("the clock moves on", () -> node.store().logTimeNs() > splitNs + 1_000_000);
            // A writer may use a reading of the clock until the conductor's next tick, which comes when it comes.
            int later = 0;
            while (count(topic, splitNs) < 5) {
                publish(publisher, 1);
                later++;
            }
            final int expected = count(topic, splitNs);
            final Received received = new Received();
            try (Subscriber subscriber = Subscriber.connect(
                    subscriberContext(name).coLocation(choice).fromLogTime(splitNs))) {
                await("received", () -> subscriber.poll(received, 10) >= 0 && received.count() == expected);
            }

            assertThat(received.partitions().get(0))
                    .isEqualTo(Received.inLog(topic).get(0).subList(10 + later - expected, 10 + later));
        }
    }

    private static int count(final LogTopic topic, final long fromLogTimeNs) {
        final int[] count = new int[1];
        try (LogReader reader = topic.partition(0).reader()) {
            reader.poll(record -> count[0] += record.logTimeNs() >= fromLogTimeNs ? 1 : 0, 100_000);
        }
        return count[0];
    }

    @ParameterizedTest
    @EnumSource(CoLocation.class)
    void shouldSayWhatIsLeftWhenAPositionWasRemovedOrGoOnThereIfAsked(final CoLocation choice) {
        final String name = "gone-" + choice;
        final LogTopic topic = givenTopic(name, 1, Durability.PROCESS);
        try (Publisher publisher = givenPublisher(name)) {
            publish(publisher, 2 * SEGMENT_LENGTH / 240 + 100);
            await("the first segment is removed", () -> {
                node.store().forceNow();
                topic.partition(0).truncateBefore(SEGMENT_LENGTH);
                return topic.partition(0).beginPosition() > SEGMENT_LENGTH;
            });
            final long first = topic.partition(0).beginPosition();
            assertThatThrownBy(() -> subscribeToWhatIsGone(name, choice))
                    .isInstanceOfSatisfying(PositionGoneException.class, ex -> {
                        assertThat(ex.position()).isEqualTo(4096);
                        assertThat(ex.firstPosition()).isEqualTo(first);
                    });
            final Received received = new Received();
            try (Subscriber subscriber = Subscriber.connect(subscriberContext(name)
                    .coLocation(choice)
                    .fromPosition(0, 4096)
                    .whenGone(WhenGone.EARLIEST))) {
                final List<List<String>> left = Received.inLog(topic);
                await(
                        "received",
                        () -> subscriber.poll(received, 100) >= 0
                                && received.count() == left.get(0).size());

                assertThat(subscriber.goneCount()).isEqualTo(1);
                assertThat(received.partitions()).isEqualTo(left);
            }
        }
    }

    /** It throws when it connects, or at a poll when the node's word for it comes later than that for the subscription. */
    private static void subscribeToWhatIsGone(final String name, final CoLocation choice) {
        try (Subscriber subscriber =
                Subscriber.connect(subscriberContext(name).coLocation(choice).fromPosition(0, 4096))) {
            await("told", () -> subscriber.poll((partition, record) -> {}, 10) < 0);
        }
    }

    private static void publish(final Publisher publisher, final int count) {
        final int[] published = new int[1];
        await("published", () -> {
            while (published[0] < count && publisher.offerTo(0, published[0], null, 0, 0, VALUE, 0, 200) >= 0) {
                published[0]++;
            }
            publisher.poll();
            return published[0] == count && publisher.isFullyAcknowledged();
        });
    }

    private static LogTopic givenTopic(final String name, final int partitions, final Durability durability) {
        return node.store()
                .createTopic(TopicSpec.named(name)
                        .partitions(partitions)
                        .segmentLength(SEGMENT_LENGTH)
                        .durability(durability));
    }

    private static Publisher givenPublisher(final String topic) {
        return Publisher.connect(publisherContext(topic));
    }

    private static PublisherContext publisherContext(final String topic) {
        return new PublisherContext()
                .aeron(node.aeron())
                .channel(node.ingressChannel())
                .topic(topic)
                .producerName("feed");
    }

    private static SubscriberContext subscriberContext(final String topic) {
        return new SubscriberContext()
                .coLocation(CoLocation.NEVER)
                .aeron(node.aeron())
                .channel(node.ingressChannel())
                .topic(topic);
    }

    /** The real storage, but for a time no force comes back. */
    private static Storage givenStorage() {
        final Storage real = new FileStorage();
        return proxy(Storage.class, real);
    }

    private static <T> T proxy(final Class<T> type, final T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    while (method.getName().equals("force") && !IS_FORCING.get()) {
                        LockSupport.parkNanos(100_000);
                    }
                    try {
                        final Object result = method.invoke(real, arguments);
                        if (result instanceof MappedFile file) {
                            return proxy(MappedFile.class, file);
                        }
                        return result instanceof StorageFile file ? proxy(StorageFile.class, file) : result;
                    } catch (final InvocationTargetException ex) {
                        throw ex.getCause();
                    }
                }));
    }
}
