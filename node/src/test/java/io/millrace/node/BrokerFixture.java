package io.millrace.node;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.log.LogAppender;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.GroupAdmin;
import io.millrace.transport.GroupSubscriber;
import io.millrace.transport.GroupSubscriberContext;
import io.millrace.transport.QueueConsumerContext;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** A node that can be started again, clients with a media driver of their own, and a topic of four partitions with numbered records. */
final class BrokerFixture implements AutoCloseable {
    static final String GROUP = "billing";
    static final String QUEUE = "work";
    static final String TOPIC = "orders";
    static final int PARTITIONS = 4;
    static final int CREDIT = 8;
    static final long LEASE_NS = TimeUnit.MILLISECONDS.toNanos(600);

    final MediaDriver driver;
    private final Path directory;
    private Node node;
    private String channel;
    private long appended;

    BrokerFixture(final Path directory) {
        this.directory = directory;
        this.driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                .termBufferSparseFile(true)
                .dirDeleteOnShutdown(true));
        node = Node.launch(NodeFixture.context(directory));
        channel = node.ingressChannel();
        node.store()
                .createTopic(TopicSpec.named(TOPIC).partitions(PARTITIONS).segmentLength(NodeFixture.SEGMENT_LENGTH));
    }

    Node node() {
        return node;
    }

    String channel() {
        return channel;
    }

    void stopNode() {
        node.close();
    }

    void startNode() {
        final int port = Integer.parseInt(channel.substring(channel.lastIndexOf(':') + 1));
        node = Node.launch(NodeFixture.context(directory).port(port));
    }

    /** Appends records whose values are their numbers, to all partitions in turn. */
    void append(final int count) {
        final LogTopic topic = node.store().topic(TOPIC);
        final UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
        for (int i = 0; i < count; i++) {
            final LogAppender appender =
                    topic.partition((int) (appended % PARTITIONS)).appender();
            value.putLong(0, appended, ByteOrder.LITTLE_ENDIAN);
            NodeFixture.await(
                    "appended", () -> appender.append(RecordKind.DATA, 1, null, 0, 0, value, 0, Long.BYTES) > 0);
            appended++;
        }
    }

    long appended() {
        return appended;
    }

    GroupSubscriberContext member(final String name) {
        return member(driver.aeronDirectoryName(), channel, name);
    }

    QueueConsumerContext consumer(final String name) {
        return consumer(driver.aeronDirectoryName(), channel, name);
    }

    GroupAdmin admin() {
        return GroupAdmin.connect(new GroupAdmin.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .channel(channel));
    }

    static GroupSubscriberContext member(final String driver, final String channel, final String name) {
        return new GroupSubscriberContext()
                .aeronDirectoryName(driver)
                .channel(channel)
                .group(GROUP)
                .topics(TOPIC)
                .memberName(name)
                .autoCommitIntervalNs(0)
                .leaseNs(LEASE_NS);
    }

    static QueueConsumerContext consumer(final String driver, final String channel, final String name) {
        return new QueueConsumerContext()
                .aeronDirectoryName(driver)
                .channel(channel)
                .queue(QUEUE)
                .consumerName(name)
                .credit(CREDIT)
                .leaseNs(LEASE_NS);
    }

    static void pollAll(final GroupSubscriber... members) {
        for (final GroupSubscriber member : members) {
            member.poll((topic, partition, record) -> {}, 10);
        }
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(node, driver);
        IoUtil.delete(driver.context().aeronDirectory(), true);
    }
}
