package io.millrace.node;

import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From publisher through the node to subscriber, a record allocates nothing. */
@Timeout(60)
class NodeAllocationSystemTest {
    private static final int WARM_UP_COUNT = 300_000;
    private static final int COUNT = 500_000;
    /** What the JDK, the segments' rolling and the test itself take now and then. */
    private static final double MAX_BYTES_PER_RECORD = 0.5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[100]);
    private final UnsafeBuffer[] keys = {key(0), key(1)};
    private final RecordHandler counter = this::onRecord;
    private long receivedCount;

    @Test
    void shouldAllocateNothingPerRecord(@TempDir final Path directory) {
        try (Node node = givenNodeWithLongSegments(directory);
                Publisher publisher = NodeFixture.givenPublisher(node, "feed");
                Subscriber subscriber = NodeFixture.givenSubscriber(node)) {
            final long nodeThreadId = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("millrace-node"))
                    .findFirst()
                    .orElseThrow()
                    .getId();
            run(publisher, subscriber, WARM_UP_COUNT);
            final long ownBefore =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            final long nodeBefore = threads.getThreadAllocatedBytes(nodeThreadId);
            final long startNs = System.nanoTime();
            run(publisher, subscriber, COUNT);
            final double own = perRecord(
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - ownBefore);
            final double agent = perRecord(threads.getThreadAllocatedBytes(nodeThreadId) - nodeBefore);
            final long rate = COUNT * 1_000_000_000L / (System.nanoTime() - startNs);

            System.out.printf(
                    "publisher and subscriber: %.3f, node agent: %.3f bytes per record; %,d records/s%n",
                    own, agent, rate);
            assertThat(own).isLessThan(MAX_BYTES_PER_RECORD);
            assertThat(agent).isLessThan(MAX_BYTES_PER_RECORD);
        }
    }

    // A new segment is mapped now and then, which allocates; this is about the records between.
    private static Node givenNodeWithLongSegments(final Path directory) {
        final Node node = Node.launch(context(directory));
        node.store()
                .createTopic(TopicSpec.named(NodeFixture.TOPIC).partitions(2).segmentLength(16 * 1024 * 1024));
        return node;
    }

    private void run(final Publisher publisher, final Subscriber subscriber, final int count) {
        final long target = receivedCount + count;
        final int[] published = new int[1];
        await("all received", () -> {
            for (int i = 0; i < 100 && published[0] < count; i++) {
                final UnsafeBuffer key = keys[published[0] & 1];
                final long result = publisher.offer(published[0], key, 0, 7, value, 0, 100);
                if (result == Outcome.BACK_PRESSURED || result == Outcome.WINDOW_FULL) {
                    break;
                }
                if (result < 0) {
                    throw new AssertionError(Outcome.name(result));
                }
                published[0]++;
            }
            publisher.poll();
            subscriber.poll(counter, 100);
            return receivedCount == target;
        });
    }

    private void onRecord(final RecordFlyweight record) {
        receivedCount++;
    }

    private static double perRecord(final long bytes) {
        return bytes / (double) COUNT;
    }
}
