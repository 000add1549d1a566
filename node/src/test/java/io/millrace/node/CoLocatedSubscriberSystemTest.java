package io.millrace.node;

import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.subscriberContext;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.log.LogAppender;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.SubscriptionHandler;
import io.millrace.transport.WhenGone;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A subscriber that reads the log where it lies hands out what one does that gets it over the wire. */
@Timeout(60)
class CoLocatedSubscriberSystemTest {
    private static final long SEED = 77;
    private static final int SEGMENT_LENGTH = 64 * 1024;
    private static final int ALLOCATION_COUNT = 200_000;

    /** For a record at most: less than anything that can be allocated. */
    private static final double ALLOCATED_BYTES = 0.5;

    @TempDir
    private static Path directory;

    private static Node node;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[4_000]);
    private long readCount;

    @BeforeAll
    static void launch() {
        node = Node.launch(context(directory));
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void shouldHandOutTheSameAsOverTheWireWhereverItBeginsAndHoweverItPolls() {
        final LogTopic topic = givenTopic("both", 3, SEGMENT_LENGTH);
        append(topic, 1_500);
        final long splitNs = node.store().logTimeNs();
        await("the clock moves on", () -> node.store().logTimeNs() > splitNs);
        append(topic, 500);
        final long[] middle = {4096, positionOf(topic, 1, 100) + 1, positionOf(topic, 2, 200)};
        final List<UnaryOperator<SubscriberContext>> starts = List.of(
                SubscriberContext::fromBegin,
                SubscriberContext::fromEnd,
                from -> from.fromLogTime(splitNs),
                from -> from.fromPosition(0, middle[0])
                        .fromPosition(1, middle[1])
                        .fromPosition(2, middle[2]));
        final List<Reading> readings = new ArrayList<>();
        for (final UnaryOperator<SubscriberContext> start : starts) {
            for (final CoLocation choice : CoLocation.values()) {
                readings.add(new Reading(choice, start));
            }
        }
        for (int round = 0; round < 20; round++) {
            append(topic, random.nextInt(100));
            readings.forEach(reading -> reading.poll(random));
        }
        final List<List<String>> all = Received.inLog(topic);
        final long[] last = lastPositions(topic);
        for (int i = 0; i < readings.size(); i += 2) {
            final Reading byItself = readings.get(i);
            final Reading overTheWire = readings.get(i + 1);
            await("all received", () -> {
                byItself.poll(random);
                overTheWire.poll(random);
                return byItself.isBehind(last) && overTheWire.isBehind(last);
            });
            assertThat(byItself.subscriber.isCoLocated()).isTrue();
            assertThat(overTheWire.subscriber.isCoLocated()).isFalse();
            assertThat(byItself.thrownCount).isPositive();
            assertThat(byItself.received.partitions()).isEqualTo(overTheWire.received.partitions());
            for (int partition = 0; partition < 3; partition++) {
                final List<String> ofOne = byItself.received.partitions().get(partition);
                final List<String> ofLog = all.get(partition);
                assertThat(ofOne).isEqualTo(ofLog.subList(ofLog.size() - ofOne.size(), ofLog.size()));
                assertThat(byItself.subscriber.position(partition))
                        .isEqualTo(overTheWire.subscriber.position(partition));
            }
        }
        assertThat(readings.get(0).received.partitions()).isEqualTo(all);
        readings.forEach(reading -> reading.subscriber.close());
    }

    @ParameterizedTest
    @EnumSource(WhenGone.class)
    void shouldSayThatRetentionWasFasterOrGoOnBehindIt(final WhenGone whenGone) {
        final LogTopic topic = givenTopic("overtaken-" + whenGone, 1, SEGMENT_LENGTH);
        append(topic, 1_500);
        final Reading reading =
                new Reading(CoLocation.AUTO, from -> from.topic(topic.name()).whenGone(whenGone));
        await("the first is received", () -> reading.subscriber.poll(reading, 1) >= 0 && reading.received.count() == 1);
        await("the first segments are removed", () -> {
            node.store().forceNow();
            topic.partition(0).truncateBefore(topic.partition(0).tailPosition());
            return topic.partition(0).beginPosition() > 2 * SEGMENT_LENGTH;
        });
        append(topic, 10);

        if (whenGone == WhenGone.FAIL) {
            assertThatThrownBy(() -> await("told", () -> {
                        reading.poll(random);
                        return false;
                    }))
                    .isInstanceOfSatisfying(PositionGoneException.class, ex -> {
                        // What it had mapped it has read; padding may lie behind.
                        assertThat(ex.position()).isGreaterThanOrEqualTo(reading.subscriber.position(0));
                        assertThat(ex.firstPosition())
                                .isEqualTo(topic.partition(0).beginPosition());
                    })
                    .hasMessageStartingWith(
                            "the position was removed: topic=" + topic.name() + " partition=0 position=");
        } else {
            final long[] last = lastPositions(topic);
            await("all received", () -> {
                reading.poll(random);
                return reading.isBehind(last);
            });
            final List<String> left = Received.inLog(topic).get(0);
            assertThat(reading.subscriber.goneCount()).isEqualTo(1);
            final List<String> received = reading.received.partitions().get(0);
            assertThat(received.size()).isLessThan(1_510);
            assertThat(received.subList(received.size() - left.size(), received.size()))
                    .isEqualTo(left);
        }
        reading.subscriber.close();
    }

    @ParameterizedTest
    @EnumSource(CoLocation.class)
    void shouldEndWhenTheTopicIsDeleted(final CoLocation choice) {
        final LogTopic topic = givenTopic("deleted-" + choice, 2, SEGMENT_LENGTH);
        append(topic, 10);
        try (Subscriber subscriber =
                Subscriber.connect(subscriberContext(node).topic(topic.name()).coLocation(choice))) {
            final Received received = new Received();
            await("received", () -> subscriber.poll(received, 10) >= 0 && received.count() == 10);
            node.store().deleteTopic(topic.name());

            assertThatThrownBy(() -> await("told", () -> subscriber.poll(received, 10) < 0))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.TOPIC_DELETED))
                    .hasMessageContaining("the topic was deleted: topic=" + topic.name());
        }
        assertThatThrownBy(() -> Subscriber.connect(
                        subscriberContext(node).topic(topic.name()).coLocation(choice)))
                .hasMessageContaining("no such topic: topic=" + topic.name());
    }

    @Test
    void shouldAllocateNothingPerRecord() {
        final LogTopic topic = givenTopic("long", 2, 16 * 1024 * 1024);
        final LogAppender appender = topic.partition(0).appender();
        for (int i = 0; i < ALLOCATION_COUNT; i++) {
            assertThat(appender.append(RecordKind.DATA, i, value, 0, 0, value, 0, 40) >= 0)
                    .isTrue();
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final SubscriptionHandler counter = (partition, record) -> readCount++;
        // What a record costs it costs in each run; the compiler may need some of them, on a busy machine more.
        double leastBytes = Double.MAX_VALUE;
        for (int run = 0; run < 10 && leastBytes >= ALLOCATED_BYTES; run++) {
            try (Subscriber subscriber =
                    Subscriber.connect(subscriberContext(node).topic("long").coLocation(CoLocation.AUTO))) {
                readCount = 0;
                await("read", () -> subscriber.poll(counter, 100) >= 0 && readCount > ALLOCATION_COUNT / 100);
                final long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                await("read", () -> subscriber.poll(counter, 100) >= 0 && readCount == ALLOCATION_COUNT);
                final long bytes =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
                leastBytes = Math.min(leastBytes, bytes / (double) ALLOCATION_COUNT);
            }
        }
        assertThat(leastBytes).isLessThan(ALLOCATED_BYTES);
    }

    private void append(final LogTopic topic, final int count) {
        for (int i = 0; i < count; i++) {
            final int length = random.nextInt(100) == 0 ? random.nextInt(value.capacity()) : random.nextInt(200);
            final LogAppender appender =
                    topic.partition(random.nextInt(topic.partitionCount())).appender();
            final int keyLength = random.nextInt(8);
            value.putLong(0, random.nextLong());
            await("appended", () -> appender.append(RecordKind.DATA, 7, value, 0, keyLength, value, 0, length) >= 0);
        }
    }

    private static long[] lastPositions(final LogTopic topic) {
        final long[] last = new long[topic.partitionCount()];
        for (int i = 0; i < last.length; i++) {
            last[i] = positionOf(topic, i, -1);
        }
        return last;
    }

    /** Position of a record of a partition, by its number; -1 for the last. */
    private static long positionOf(final LogTopic topic, final int partition, final int index) {
        final List<String> lines = Received.inLog(topic).get(partition);
        final String line = lines.get(index < 0 ? lines.size() + index : index);
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    private static LogTopic givenTopic(final String name, final int partitions, final int segmentLength) {
        return node.store()
                .createTopic(TopicSpec.named(name).partitions(partitions).segmentLength(segmentLength));
    }

    /** A subscriber, and what it has handed out to a handler that fails now and then. */
    private static final class Reading implements SubscriptionHandler {
        private final Received received = new Received();
        private final Subscriber subscriber;
        private int thrownCount;
        private int untilThrow = 50;

        private Reading(final CoLocation choice, final UnaryOperator<SubscriberContext> start) {
            subscriber = Subscriber.connect(
                    start.apply(subscriberContext(node).topic("both").coLocation(choice)));
        }

        private void poll(final SplittableRandom random) {
            try {
                subscriber.poll(this, 1 + random.nextInt(50));
            } catch (final Hiccup ex) {
                thrownCount++;
                untilThrow = 1 + random.nextInt(100);
            }
        }

        private boolean isBehind(final long[] last) {
            for (int i = 0; i < last.length; i++) {
                if (subscriber.position(i) <= last[i]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void onRecord(final int partition, final RecordFlyweight record) {
            if (--untilThrow == 0) {
                throw new Hiccup();
            }
            received.onRecord(partition, record);
        }
    }

    private static final class Hiccup extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
