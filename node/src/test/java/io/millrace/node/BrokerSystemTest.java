package io.millrace.node;

import static io.millrace.node.BrokerFixture.GROUP;
import static io.millrace.node.BrokerFixture.LEASE_NS;
import static io.millrace.node.BrokerFixture.PARTITIONS;
import static io.millrace.node.BrokerFixture.QUEUE;
import static io.millrace.node.BrokerFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.DeadLetterTopic;
import io.millrace.streams.LetterSelection;
import io.millrace.transport.GroupAdmin;
import io.millrace.transport.GroupListener;
import io.millrace.transport.GroupSubscriber;
import io.millrace.transport.QueueConsumer;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.StartPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consumer groups and queues over real UDP: members that share, die, and come back too late, and a node that is started again. */
final class BrokerSystemTest {
    private static final long POISON = 13;

    @TempDir
    Path directory;

    private BrokerFixture broker;
    private final List<Process> children = new ArrayList<>();

    @BeforeEach
    void givenANode() {
        broker = new BrokerFixture(directory);
    }

    @AfterEach
    void closeAll() {
        children.forEach(Process::destroyForcibly);
        broker.close();
    }

    @Test
    void shouldShareHandOverCommitAndReset() {
        final List<String> heard = new ArrayList<>();
        broker.append(40);
        try (GroupAdmin admin = broker.admin();
                GroupSubscriber one =
                        GroupSubscriber.connect(broker.member("one").listener(listener(heard)))) {
            final TreeSet<Long> seen = new TreeSet<>();
            NodeFixture.await("one reads all", () -> {
                one.poll((topic, partition, record) -> seen.add(number(record)), 10);
                return seen.size() == 40;
            });
            one.commitSync();

            final GroupSubscriber two = GroupSubscriber.connect(broker.member("two"));
            NodeFixture.await("two gets its half", () -> {
                BrokerFixture.pollAll(one, two);
                return two.partitionCount() == 2;
            });
            assertThat(one.partitionCount()).isEqualTo(2);
            assertThat(heard).hasSize(6).endsWith("revoked 0", "revoked 1");
            broker.append(8);
            final TreeSet<Long> afterHandOver = new TreeSet<>();
            NodeFixture.await("both go on where the group is", () -> {
                one.poll((topic, partition, record) -> afterHandOver.add(number(record)), 10);
                two.poll((topic, partition, record) -> afterHandOver.add(number(record)), 10);
                return afterHandOver.size() == 8;
            });
            assertThat(afterHandOver.first()).isEqualTo(40);
            assertThat(admin.describeGroup(GROUP).lines())
                    .hasSize(1 + PARTITIONS)
                    .anyMatch(line -> line.contains("two#"));
            two.close();
            NodeFixture.await("one gets them back", () -> {
                BrokerFixture.pollAll(one);
                return one.partitionCount() == PARTITIONS;
            });

            admin.resetGroup(GROUP, TOPIC, 0, StartPoint.BEGIN);
            final TreeSet<Long> again = new TreeSet<>();
            NodeFixture.await("one reads partition 0 again", () -> {
                one.poll((topic, partition, record) -> again.add(number(record)), 10);
                return again.contains(44L) && again.contains(0L);
            });
            assertThatThrownBy(() -> admin.deleteGroup(GROUP))
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            ex -> assertThat(ex.getMessage()).startsWith("group has members: group=billing members=1"));
            assertThat(admin.listGroups()).contains(GROUP);
        }
    }

    @Test
    void shouldCommitOnClosingWhatWasTaken() {
        broker.append(10);
        final TreeSet<Long> seen = new TreeSet<>();
        try (GroupSubscriber first =
                GroupSubscriber.connect(broker.member("first").autoCommitIntervalNs(Long.MAX_VALUE / 2))) {
            NodeFixture.await("all is read", () -> {
                first.poll((topic, partition, record) -> seen.add(number(record)), 10);
                return seen.size() == 10;
            });
        }
        broker.append(1);

        final List<Long> afterwards = new ArrayList<>();
        try (GroupSubscriber second = GroupSubscriber.connect(broker.member("second"))) {
            NodeFixture.await("the next is read", () -> {
                second.poll((topic, partition, record) -> afterwards.add(number(record)), 10);
                return !afterwards.isEmpty();
            });
        }
        assertThat(afterwards).containsExactly(10L);
    }

    @Test
    void shouldTellNoLagWhereNothingIsToCome() {
        try (GroupAdmin admin = broker.admin();
                GroupSubscriber member = GroupSubscriber.connect(broker.member("one"))) {
            admin.createQueue(QUEUE, TOPIC);

            assertThat(columns(admin.listGroups(), 1)[3]).as("LAG-BYTES").isEqualTo("0");
            assertThat(columns(admin.describeGroup(GROUP), 1)[4])
                    .as("LAG-BYTES")
                    .isEqualTo("0");
            assertThat(columns(admin.listQueues(), 1)[5]).as("LAG-BYTES").isEqualTo("0");

            broker.append(1);
            assertThat(Long.parseLong(columns(admin.listGroups(), 1)[3])).isPositive();
            assertThat(Long.parseLong(columns(admin.listQueues(), 1)[5])).isPositive();
            assertThat(member.isConnected()).isTrue();
        }
    }

    @Test
    void shouldServeTheSubscriptionsOfASessionInTurn() {
        final int count = 3_000;
        broker.node().store().createTopic(TopicSpec.named("bulk").partitions(1));
        final LogAppender appender =
                broker.node().store().topic("bulk").partition(0).appender();
        final UnsafeBuffer value = new UnsafeBuffer(new byte[1_200]);
        for (int i = 0; i < count; i++) {
            NodeFixture.await(
                    "appended", () -> appender.append(RecordKind.DATA, 1, null, 0, 0, value, 0, value.capacity()) > 0);
        }
        broker.append(4);
        final int[] bulk = new int[1];
        final int[] few = new int[1];
        try (GroupSubscriber member =
                GroupSubscriber.connect(broker.member("one").topics("bulk", TOPIC))) {
            NodeFixture.await("the few are read", () -> {
                // Slower than the node, so that there is room for one message at a time.
                LockSupport.parkNanos(200_000);
                member.poll((topic, partition, record) -> (topic.equals(TOPIC) ? few : bulk)[0]++, 1);
                return few[0] == 4;
            });
        }

        assertThat(bulk[0]).as("of %d records that lie in front", count).isLessThan(count / 2);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        try (GroupAdmin admin = broker.admin()) {
            assertRejected(ErrorCode.NOT_FOUND, "no such group: group=nobody", () -> admin.describeGroup("nobody"));
            assertRejected(ErrorCode.NOT_FOUND, "no such queue: queue=none", () -> admin.describeQueue("none"));
            assertRejected(
                    ErrorCode.UNKNOWN_TOPIC, "no such topic: topic=nowhere", () -> admin.createQueue("q", "nowhere"));
            assertRejected(
                    ErrorCode.CONFIGURATION,
                    "lease must be from 100 ms to 24 h",
                    () -> admin.createQueue("q", TOPIC, "q.dead", 1, 1, 1));
            assertRejected(
                    ErrorCode.CONFIGURATION,
                    "group name must be",
                    () -> GroupSubscriber.connect(broker.member("x").group("../x")));
            assertThat(broker.node().store().hasTopic(BrokerLog.TOPIC)).isFalse();
        }
    }

    @Test
    void shouldLoseNothingWhenMembersAreKilledOrStoppedAndTheNodeStartsAgain() throws Exception {
        final GroupAdmin admin = broker.admin();
        admin.createQueue(QUEUE, TOPIC, QUEUE + ".dead", 20 * LEASE_NS, 3, 100);
        admin.close();
        final Process killed = start("killed");
        final Process stopped = start("stopped");
        broker.append(60);
        final BufferedReader fromKilled = killed.inputReader();
        final BufferedReader fromStopped = stopped.inputReader();
        assertThat(fromKilled.readLine()).isEqualTo("ready");
        assertThat(fromStopped.readLine()).isEqualTo("ready");
        killed.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        signal(stopped, "STOP");
        stopped.getOutputStream().write("commit and ack\n".getBytes(StandardCharsets.UTF_8));
        stopped.getOutputStream().flush();

        final TreeSet<Long> read = new TreeSet<>();
        final TreeMap<Long, Integer> acked = new TreeMap<>();
        try (GroupSubscriber member = GroupSubscriber.connect(broker.member("alive"));
                QueueConsumer consumer = QueueConsumer.connect(broker.consumer("alive"))) {
            NodeFixture.await("what they held is read and acked by another one", () -> {
                poll(member, consumer, read, acked);
                return read.size() == 60 && acked.size() == 59 && member.partitionCount() == PARTITIONS;
            });
            signal(stopped, "CONT");
            assertThat(fromStopped.readLine()).isEqualTo("commit refused");
            assertThat(fromStopped.readLine()).isEqualTo("acked 0 fenced " + BrokerFixture.CREDIT);
            stopped.destroyForcibly();
            member.commitSync();

            broker.stopNode();
            broker.startNode();
            broker.append(40);
            NodeFixture.await("both go on at the node that was started again", () -> {
                poll(member, consumer, read, acked);
                return read.size() == 100 && acked.size() == 99 && consumer.pendingCount() == 0;
            });
            NodeFixture.await("the member owns all again", () -> {
                poll(member, consumer, read, acked);
                return member.partitionCount() == PARTITIONS;
            });
            member.commitSync();
            assertThat(member.reconnectCount()).isEqualTo(1);
        }

        assertThat(acked).doesNotContainKey(POISON).hasSize(99);
        assertThat(acked.values()).as("acks of each message").containsOnly(1);
        try (GroupAdmin after = broker.admin()) {
            final String[] queue = columns(after.listQueues(), 1);
            assertThat(queue[3]).as("outstanding").isEqualTo("0");
            assertThat(Integer.parseInt(queue[6])).as("acked").isEqualTo(99);
            assertThat(Integer.parseInt(queue[7])).as("redelivered").isGreaterThanOrEqualTo(2 * BrokerFixture.CREDIT);
            assertThat(queue[8]).as("dead").isEqualTo("1");
            for (int i = 1; i <= PARTITIONS; i++) {
                assertThat(columns(after.describeGroup(GROUP), i)[4]).as("lag").isEqualTo("0");
            }
        }
        final List<String> letters = new ArrayList<>();
        DeadLetterTopic.open(broker.node().store(), QUEUE + ".dead")
                .forEach(
                        LetterSelection.ALL,
                        (partition, position, letter) ->
                                letters.add(letter.topic() + ' ' + letter.partition() + ' ' + letter.reason()));
        // The node may have been stopped while the consumer had it for the last time.
        assertThat(letters)
                .singleElement()
                .asString()
                .matches("orders " + POISON % PARTITIONS + " 3 deliveries, the last: (poison|consumer gone)");
    }

    @Test
    void shouldDeliverWhatStandsBehindADamagedMessageOfAQueue() throws IOException {
        broker.append(20);
        try (GroupAdmin admin = broker.admin()) {
            admin.createQueue(QUEUE, TOPIC);
        }
        broker.stopNode();
        try (RandomAccessFile file = new RandomAccessFile(
                directory
                        .resolve("topics/" + TOPIC + "/0/00000000000000000000.seg")
                        .toFile(),
                "rw")) {
            file.seek(4096);
            file.writeInt(0);
        }
        broker.startNode();

        final TreeMap<Long, Integer> acked = new TreeMap<>();
        try (QueueConsumer consumer = QueueConsumer.connect(broker.consumer("alive"))) {
            NodeFixture.await("all but the damaged one", () -> {
                consumer.poll((message, record) -> settle(consumer, message, record, acked), 10);
                // The poison is given back and comes again.
                return acked.size() == 18;
            });
        }
        assertThat(acked).doesNotContainKeys(0L, POISON);
    }

    private static void poll(
            final GroupSubscriber member,
            final QueueConsumer consumer,
            final TreeSet<Long> read,
            final TreeMap<Long, Integer> acked) {
        member.poll((topic, partition, record) -> read.add(number(record)), 10);
        consumer.poll((message, record) -> settle(consumer, message, record, acked), 10);
    }

    private static void settle(
            final QueueConsumer consumer,
            final DeliveredMessage message,
            final RecordFlyweight record,
            final TreeMap<Long, Integer> acked) {
        final long number = number(record);
        if (number == POISON) {
            consumer.nack(message, 0, "poison");
        } else {
            consumer.ack(message);
            acked.merge(number, 1, Integer::sum);
        }
    }

    private static long number(final RecordFlyweight record) {
        return record.buffer().getLong(record.valueOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    private static String[] columns(final String lines, final int line) {
        return lines.split("\n")[line].split("\t");
    }

    private static GroupListener listener(final List<String> heard) {
        return new GroupListener() {
            @Override
            public void onAssigned(final String topic, final int partition, final long position) {
                heard.add("assigned " + partition);
            }

            @Override
            public void onRevoked(final String topic, final int partition) {
                heard.add("revoked " + partition);
            }
        };
    }

    private static void assertRejected(final ErrorCode code, final String message, final Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(MillraceException.class, ex -> {
            assertThat(ex.code()).isEqualTo(code);
            assertThat(ex.getMessage()).startsWith(message);
        });
    }

    private Process start(final String name) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BrokerChild.class.getName(),
                        broker.driver.aeronDirectoryName(),
                        broker.channel(),
                        name)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        final Process child = builder.start();
        children.add(child);
        return child;
    }

    private static void signal(final Process process, final String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
