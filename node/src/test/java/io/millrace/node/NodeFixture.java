package io.millrace.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/** What the node's tests do again and again. */
final class NodeFixture {
    static final String TOPIC = "trades";
    static final int SEGMENT_LENGTH = 1024 * 1024;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private NodeFixture() {}

    static Node givenNode(final Path directory) {
        final Node node = Node.launch(context(directory));
        givenTopic(node, TOPIC, 2);
        return node;
    }

    static NodeContext context(final Path directory) {
        return new NodeContext().directory(directory).segmentLength(SEGMENT_LENGTH);
    }

    static LogTopic givenTopic(final Node node, final String name, final int partitions) {
        return node.store()
                .createTopic(TopicSpec.named(name).partitions(partitions).segmentLength(SEGMENT_LENGTH));
    }

    static Publisher givenPublisher(final Node node, final String producerName) {
        return Publisher.connect(publisherContext(node, producerName));
    }

    static PublisherContext publisherContext(final Node node, final String producerName) {
        return new PublisherContext()
                .aeronDirectoryName(node.aeronDirectoryName())
                .channel(node.ingressChannel())
                .streamId(node.ingressStreamId())
                .topic(TOPIC)
                .producerName(producerName);
    }

    static Subscriber givenSubscriber(final Node node) {
        return Subscriber.connect(subscriberContext(node));
    }

    static SubscriberContext subscriberContext(final Node node) {
        return new SubscriberContext()
                .coLocation(CoLocation.NEVER)
                .aeronDirectoryName(node.aeronDirectoryName())
                .channel(node.ingressChannel())
                .streamId(node.ingressStreamId())
                .topic(TOPIC);
    }

    /** Records whose keys fall into both partitions; most short, some longer than a datagram. */
    static List<byte[]> givenValues(final int count, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<byte[]> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            final byte[] value = new byte[random.nextInt(100) == 0 ? random.nextInt(40_000) : random.nextInt(200)];
            for (int j = 0; j < value.length; j++) {
                value[j] = (byte) random.nextInt();
            }
            values.add(value);
        }
        return values;
    }

    static UnsafeBuffer key(final int i) {
        return new UnsafeBuffer((i % 3 == 0 ? "BTCUSDT" : "ETHUSDT").getBytes(US_ASCII));
    }

    /** Publishes from index {@code from} on as many as are taken at once; the index of the first that was not. */
    static int publish(final Publisher publisher, final List<byte[]> values, final int from, final int limit) {
        int i = from;
        while (i < values.size() && i < from + limit) {
            final UnsafeBuffer key = key(i);
            final byte[] value = values.get(i);
            final long result =
                    publisher.offer(eventTimeNs(i), key, 0, key.capacity(), new UnsafeBuffer(value), 0, value.length);
            if (result == Outcome.BACK_PRESSURED || result == Outcome.WINDOW_FULL) {
                break;
            }
            if (result < 0) {
                throw new IllegalStateException("offer: " + Outcome.name(result) + " at " + i);
            }
            i++;
        }
        return i;
    }

    static void publishAll(final Publisher publisher, final List<byte[]> values) {
        publishAll(publisher, values, 0);
    }

    static void publishAll(final Publisher publisher, final List<byte[]> values, final int from) {
        final int[] next = {from};
        await("all published and acknowledged: " + publisher, () -> {
            next[0] = publish(publisher, values, next[0], 100);
            publisher.poll();
            return next[0] == values.size() && publisher.isFullyAcknowledged();
        });
    }

    static long eventTimeNs(final int i) {
        return 1_000_000_000L + i;
    }

    static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(1_000);
        }
    }
}
