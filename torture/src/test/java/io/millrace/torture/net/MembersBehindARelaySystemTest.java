package io.millrace.torture.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import io.millrace.transport.ClientContext;
import io.millrace.transport.GroupAdmin;
import io.millrace.transport.GroupListener;
import io.millrace.transport.GroupSubscriber;
import io.millrace.transport.GroupSubscriberContext;
import io.millrace.transport.QueueConsumer;
import io.millrace.transport.QueueConsumerContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member of a group and a consumer of a queue whose way to the node is cut at the wrong moment. */
@Timeout(60)
class MembersBehindARelaySystemTest {
    private static final String TOPIC = "orders";
    private static final long LEASE_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int SEED = 5;

    @TempDir
    Path directory;

    private MediaDriver driver;
    private Node node;
    private Relay relay;
    private String channel;

    @BeforeEach
    void givenARelayInFrontOfANode() throws IOException {
        driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                .termBufferSparseFile(true)
                .dirDeleteOnShutdown(true));
        node = Node.launch(new NodeContext().directory(directory).port(0).segmentLength(1 << 20));
        node.store().createTopic(TopicSpec.named(TOPIC).partitions(1));
        relay = Relay.launch(SEED);
        final String nodeChannel = node.ingressChannel();
        final int port = Integer.parseInt(nodeChannel.substring(nodeChannel.lastIndexOf(':') + 1));
        channel = "aeron:udp?endpoint=127.0.0.1:"
                + relay.addRoute(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                                Direction.TO_NODE)
                        .getPort();
    }

    @AfterEach
    void closeAll() throws IOException {
        relay.close();
        node.close();
        driver.close();
    }

    @Test
    void shouldNotTakeACommitForHeldThatNobodyHasAnswered() {
        append(10);
        final int[] taken = new int[1];
        final GroupSubscriber member =
                ClientLife.connect(() -> GroupSubscriber.connect(member().leaseNs(TimeUnit.SECONDS.toNanos(10))));
        await("all is taken", () -> {
            member.poll((topic, partition, record) -> taken[0]++, 10);
            return taken[0] == 10;
        });
        relay.change(Conditions.CUT, Conditions.CUT);

        assertThat(member.commitAsync()).isPositive();

        assertThatThrownBy(member::commitSync)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.TRANSPORT));
        relay.change(Conditions.CLEAN, Conditions.CLEAN);
        await("another session holds it", () -> {
            member.poll((topic, partition, record) -> taken[0]++, 10);
            return isCommitted(member);
        });
        assertThat(taken[0]).isEqualTo(10);
        member.close();
    }

    @Test
    void shouldTellTheListenerNothingBeforeThereIsAMemberToAsk() {
        final List<String> heard = new ArrayList<>();
        final GroupListener listener = new GroupListener() {
            @Override
            public void onAssigned(final String topic, final int partition, final long position) {
                heard.add("assigned " + partition);
            }
        };
        try (GroupSubscriber member = ClientLife.connect(() -> GroupSubscriber.connect(member().listener(listener)))) {
            assertThat(heard).isEmpty();

            await("it has its partition", () -> {
                member.poll((topic, partition, record) -> {}, 10);
                return member.partitionCount() == 1;
            });
            assertThat(heard).containsExactly("assigned 0");
            assertThat(member.epoch(TOPIC, 0)).isEqualTo(1);
            assertThat(member.epoch(TOPIC, 1)).isEqualTo(-1);
        }
    }

    @Test
    void shouldTryAgainWhenTheWayIsCutWhileAMemberJoinsAnew() {
        final GroupSubscriber member = ClientLife.connect(() -> GroupSubscriber.connect(member()));
        await("it has its partition", () -> {
            member.poll((topic, partition, record) -> {}, 10);
            return member.partitionCount() == 1;
        });
        final long former = member.memberId();
        letLeasePass();
        relay.change(Conditions.CUT, Conditions.CLEAN);

        await("it has heard that it is none any more", () -> {
            member.poll((topic, partition, record) -> {}, 10);
            return member.partitionCount() == 0;
        });

        relay.change(Conditions.CLEAN, Conditions.CLEAN);
        await("it has its partition again", () -> {
            member.poll((topic, partition, record) -> {}, 10);
            return member.partitionCount() == 1 && member.memberId() != former;
        });
        member.close();
    }

    @Test
    void shouldTryAgainWhenTheWayIsCutWhileAConsumerAttachesAnew() {
        append(1);
        ClientLife.connect(() -> {
            try (GroupAdmin admin = GroupAdmin.connect(prepare(new GroupAdmin.Context()))) {
                return admin.createQueue("work", TOPIC);
            }
        });
        final QueueConsumer consumer = ClientLife.connect(() -> QueueConsumer.connect(
                prepare(new QueueConsumerContext()).queue("work").leaseNs(LEASE_NS)));
        final List<Integer> deliveries = new ArrayList<>();
        await("it has its message", () -> {
            consumer.poll((message, record) -> deliveries.add(message.delivery()), 10);
            return deliveries.size() == 1;
        });
        letLeasePass();
        relay.change(Conditions.CUT, Conditions.CLEAN);

        consumer.poll((message, record) -> deliveries.add(message.delivery()), 10);
        consumer.poll((message, record) -> deliveries.add(message.delivery()), 10);

        relay.change(Conditions.CLEAN, Conditions.CLEAN);
        await("it has its message again", () -> {
            consumer.poll((message, record) -> deliveries.add(message.delivery()), 10);
            return deliveries.size() == 2;
        });
        assertThat(deliveries.get(1)).isGreaterThan(1);
        consumer.close();
    }

    private GroupSubscriberContext member() {
        return prepare(new GroupSubscriberContext())
                .group("billing")
                .topics(TOPIC)
                .leaseNs(LEASE_NS)
                .autoCommitIntervalNs(0);
    }

    private <T extends ClientContext<T>> T prepare(final T context) {
        return context.channel(channel)
                .aeronDirectoryName(driver.aeronDirectoryName())
                .timeoutNs(TIMEOUT_NS);
    }

    private void append(final int count) {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
        for (int i = 0; i < count; i++) {
            node.store()
                    .topic(TOPIC)
                    .partition(0)
                    .appender()
                    .append(RecordKind.DATA, 1, null, 0, 0, value, 0, Long.BYTES);
        }
    }

    private static boolean isCommitted(final GroupSubscriber member) {
        try {
            member.commitSync();
            return member.isConnected();
        } catch (final MillraceException ex) {
            return false;
        }
    }

    /** The node says so, and the client has not looked yet. */
    private static void letLeasePass() {
        final long endNs = System.nanoTime() + 2 * LEASE_NS;
        while (System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(LEASE_NS / 10);
        }
    }

    private static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as(what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
