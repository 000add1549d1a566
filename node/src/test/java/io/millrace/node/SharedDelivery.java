package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.millrace.log.LogAppender;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.SharingClient;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.egress.LiveEventProxy;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** What {@link SharedDeliveryTest} plays with: a topic, the node's part, a subscriber, and a network that loses. One thread. */
final class SharedDelivery implements SharingClient.Node, AutoCloseable {
    static final int TERM_LENGTH = 64 * 1024;
    static final long CONNECTION_TIMEOUT_NS = 50_000_000L;
    private static final int PARTITIONS = 2;
    private static final int SEGMENT_LENGTH = 64 * 1024;
    private static final int HANDLE = 3;
    private static final long STEP_NS = 20_000_000L;
    private static int number;

    private final SplittableRandom random;
    private final Aeron aeron;
    private final LogStore store;
    private final LogTopic topic;
    private final SubscriptionSession session;
    private final LiveFeed feed;
    private final LiveMember member;
    private final EgressProxy egress;
    private final Subscription own;
    private final SharingClient client;
    private final List<List<Long>> taken = new ArrayList<>();
    private final Queue<Runnable> commands = new ArrayDeque<>();
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[15_000]);
    private Subscription live;
    private boolean isListening;
    private boolean isLive;
    private boolean isCut;
    private int lossPerMille;
    private int burst;
    private int patience;
    private long nowNs;
    private long liveRecordCount;

    SharedDelivery(final LogStore store, final Aeron aeron, final long seed) {
        this.store = store;
        this.aeron = aeron;
        random = new SplittableRandom(seed);
        final String name = "shared-" + number++;
        topic = store.createTopic(TopicSpec.named(name).partitions(PARTITIONS).segmentLength(SEGMENT_LENGTH));
        session = new SubscriptionSession(HANDLE, topic, new SubscribeRequest(1, name, true, false, StartPoint.BEGIN));
        feed = new LiveFeed(new Random(seed), topic, new LiveSettings(1, 4, "127.0.0.1"), aeron);
        member = new LiveMember(feed, new LiveEventProxy());
        session.share(member);
        feed.add(member);
        final String channel = "aeron:ipc?term-length=" + TERM_LENGTH;
        own = aeron.addSubscription(channel, 1000 + number);
        egress = new EgressProxy(aeron.addExclusivePublication(channel, 1000 + number));
        for (int i = 0; i < PARTITIONS; i++) {
            taken.add(new ArrayList<>());
        }
        client = new SharingClient(
                HANDLE,
                session.positions(),
                (partition, record) -> {
                    taken.get(partition).add(record.position());
                    liveRecordCount += isLive ? 1 : 0;
                },
                this);
    }

    SubscriptionSession session() {
        return session;
    }

    long liveRecordCount() {
        return liveRecordCount;
    }

    long replayCount() {
        return client.replayCount();
    }

    void run(final int steps) {
        NodeFixture.await("listens", () -> {
            work(1);
            return live != null && !live.hasNoImages();
        });
        lossPerMille = random.nextInt(3) * random.nextInt(100);
        burst = random.nextInt(1, 30);
        patience = random.nextInt(20);
        for (int i = 0; i < steps; i++) {
            step(random.nextInt(100));
            turn();
        }
    }

    /** All goes well from now on, and nothing is appended any more. */
    void settle() {
        lossPerMille = 0;
        NodeFixture.await("all is taken", () -> {
            work(100);
            return hasAll();
        });
        for (int i = 0; i < PARTITIONS; i++) {
            assertThat(taken.get(i)).as("partition %d", i).isEqualTo(inLog(i));
        }
    }

    /** Until the subscriber takes all partitions from the feed. */
    void follow() {
        NodeFixture.await("follows", () -> {
            if (random.nextInt(20) == 0) {
                appendAll(PARTITIONS);
            }
            work(100);
            return client.followedCount() == PARTITIONS && commands.isEmpty();
        });
    }

    void appendAll(final int count) {
        for (int i = 0; i < count; i++) {
            append(i % PARTITIONS, 100);
        }
    }

    /** The network ends for the feed, and nobody says so to the subscriber. */
    private void interrupt() {
        if (live != null) {
            member.listenNoMore();
            live.close();
            live = null;
            isListening = false;
        }
    }

    /** Removes the first segments of the first partition; where the removed ones began. */
    long removeTheFirst() {
        final long begin = topic.partition(0).beginPosition();
        for (int i = 0; i < 300; i++) {
            append(0, 1_000);
        }
        settle();
        store.forceNow();
        topic.partition(0).truncateBefore(topic.partition(0).tailPosition());
        assertThat(topic.partition(0).beginPosition()).isGreaterThan(begin);
        session.replayFrom(0, client.position(0));
        return begin;
    }

    /** The network ends for the feed, records are appended, and it comes back. */
    void beSilent() {
        interrupt();
        isCut = true;
        final long startNs = System.nanoTime();
        NodeFixture.await("nobody hears it", () -> {
            turn();
            return System.nanoTime() - startNs > 3 * CONNECTION_TIMEOUT_NS;
        });
        for (int i = 0; i < 10; i++) {
            appendAll(PARTITIONS);
            work(1);
        }
        isCut = false;
    }

    /** How many more times the subscriber hears that a position is gone. */
    long goneEventCount() {
        final long before = client.goneCount();
        for (int i = 0; i < 100; i++) {
            work(1_000);
        }
        return client.goneCount() - before;
    }

    @Override
    public long follow(final int partition) {
        return command(() -> session.follow(partition));
    }

    @Override
    public long replay(final int partition, final long position) {
        return command(() -> session.replayFrom(partition, position));
    }

    @Override
    public void close() {
        CloseHelper.closeAll(session, feed, live, own, egress);
        turn();
    }

    private void step(final int choice) {
        if (choice < 25) {
            for (int i = random.nextInt(burst); i >= 0; i--) {
                append(random.nextInt(PARTITIONS), length());
            }
        } else if (choice < 45) {
            session.deliver(egress);
        } else if (choice < 60) {
            feed.doWork(nowNs);
        } else if (choice < 90) {
            poll(random.nextInt(1, 2 + patience));
        } else if (choice < 97) {
            carryOut();
        } else if (choice < 99) {
            nowNs += 10 * STEP_NS;
        } else if (random.nextInt(4) == 0) {
            interrupt();
            if (random.nextBoolean()) {
                client.loseAll();
            }
        }
    }

    private int length() {
        final int choice = random.nextInt(100);
        return choice < 90 ? random.nextInt(300) : choice < 98 ? random.nextInt(4_000) : random.nextInt(15_000);
    }

    private void append(final int partition, final int length) {
        final LogAppender appender = topic.partition(partition).appender();
        // The log makes room on a thread of its own.
        NodeFixture.await("appended", () -> appender.append(RecordKind.DATA, 1, null, 0, 0, value, 0, length) > 0);
    }

    private void work(final int limit) {
        nowNs += STEP_NS;
        feed.doWork(nowNs);
        turn();
        // Whichever of the two is faster.
        if (random.nextBoolean()) {
            session.deliver(egress);
        }
        poll(limit);
        carryOut();
    }

    private void turn() {
        aeron.context().driverAgentInvoker().invoke();
        aeron.conductorAgentInvoker().invoke();
        if (live == null && client.offer() != null && !isCut) {
            live = aeron.addSubscription(
                    "aeron:udp?endpoint=127.0.0.1:0|session-id="
                            + client.offer().aeronSessionId(),
                    client.offer().streamId());
        } else if (live != null && !isListening) {
            final String channel = live.tryResolveChannelEndpointPort();
            if (channel != null) {
                member.listen(client.offer().feed(), ChannelUri.parse(channel).get("endpoint"));
                isListening = true;
            }
        }
    }

    private void poll(final int limit) {
        client.begin(limit);
        own.controlledPoll(client.own(), limit);
        isLive = true;
        if (live != null) {
            live.controlledPoll(
                    (buffer, offset, length, header) -> random.nextInt(1000) < lossPerMille
                            ? Action.CONTINUE
                            : client.live().onFragment(buffer, offset, length, header),
                    limit);
        }
        isLive = false;
        client.end(nowNs);
    }

    private long command(final Runnable command) {
        if (lossPerMille > 0 && random.nextInt(5) == 0) {
            return -1;
        }
        commands.add(command);
        return 1;
    }

    private void carryOut() {
        while (!commands.isEmpty()) {
            commands.remove().run();
        }
    }

    private boolean hasAll() {
        for (int i = 0; i < PARTITIONS; i++) {
            if (client.position(i) < topic.partition(i).tailPosition()) {
                return false;
            }
        }
        return true;
    }

    private List<Long> inLog(final int partition) {
        final List<Long> positions = new ArrayList<>();
        try (LogReader reader = topic.partition(partition).reader()) {
            while (reader.poll(record -> positions.add(record.position()), 1_000) > 0) {
                // to the end
            }
        }
        return positions;
    }
}
