package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.givenNode;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenSubscriber;
import static io.millrace.node.NodeFixture.givenValues;
import static io.millrace.node.NodeFixture.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.ExclusivePublication;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with its defaults among peers that want to break it, and an honest client who must not notice. */
@Timeout(120)
class HostilePeerSystemTest {
    private static final long SECONDS = Long.getLong("millrace.hostile.seconds", 2);
    private static final long SEED = Long.getLong("millrace.test.seed", System.nanoTime());
    private static final long MEGA = 1024 * 1024;
    private static final List<String> BAD_NAMES = List.of(
            "../../etc/passwd",
            "..",
            ".",
            "",
            "a/b",
            "trades/../trades",
            "trades\0",
            "~root",
            "x".repeat(300),
            "trades ");

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void shouldKeepAnHonestClientsHistoryWhateverIsThrownAtIt() throws Exception {
        final List<byte[]> values = givenValues(40_000, SEED);
        try (Node node = givenNode(directory);
                Forgery forgery = new Forgery(node, random);
                Subscriber honest = givenSubscriber(node);
                Subscriber slow = givenSubscriber(node);
                Publisher publisher = givenPublisher(node, "feed");
                ExclusivePublication hostile = node.aeron()
                        .addExclusivePublication(
                                ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId())) {
            final int refusedNames = tryBadNames(node);
            final HalfOpenLogins logins = new HalfOpenLogins(node, forgery, random);
            final Received received = new Received();
            final List<byte[]> oldMessages = messagesOfAnEarlierSession(forgery);
            final ProcessMemory before = ProcessMemory.now();
            final long halfNs = TimeUnit.SECONDS.toNanos(SECONDS) / 2;
            final long loginsEndNs = System.nanoTime() + halfNs;
            int next = 0;
            while (System.nanoTime() - loginsEndNs < 0) {
                next = publish(publisher, values, next, 20);
                publisher.poll();
                honest.poll(received, 100);
                logins.lot();
            }
            System.out.println("HostilePeerSystemTest after " + logins.sent() + " of " + logins.begun()
                    + " half-open logins: " + ProcessMemory.now().since(before));
            final long endNs = System.nanoTime() + halfNs;
            final int[] sent = new int[4];
            while (System.nanoTime() - endNs < 0) {
                next = publish(publisher, values, next, 20);
                publisher.poll();
                honest.poll(received, 100);
                slow.isConnected();
                forgery.garbage();
                forgery.data(random.nextInt(), random.nextInt(), random.nextInt(1 << 20) & -32, forgery.random(64));
                forgery.setup(random.nextInt(), random.nextInt(), 1 << random.nextInt(16, 31));
                sent[0]++;
                final byte[] oversize = oversize();
                sent[1] += hostile.offer(new UnsafeBuffer(oversize)) > 0 ? 1 : 0;
                final byte[] old = oldMessages.get(random.nextInt(oldMessages.size()));
                sent[2] += hostile.offer(new UnsafeBuffer(old)) > 0 ? 1 : 0;
            }
            final int published = next;
            await("all that was honest is acknowledged", () -> {
                honest.poll(received, 100);
                publisher.poll();
                return publisher.isFullyAcknowledged() && received.count() == published;
            });

            final ProcessMemory growth = ProcessMemory.now().since(before);
            System.out.println("HostilePeerSystemTest after all floods: " + growth);
            final int streams = IngressStreams.count(node);
            System.out.printf(
                    "HostilePeerSystemTest seed=%d seconds=%d honest=%d datagrams=%d setups=%d oversize=%d replayed=%d"
                            + " connects=%d names=%d streams=%d sessions=%d ignored=%d%n",
                    SEED,
                    SECONDS,
                    published,
                    forgery.count(),
                    sent[0],
                    sent[1],
                    sent[2],
                    logins.sent(),
                    refusedNames,
                    streams,
                    node.counters().sessionsActive(),
                    node.counters().messagesIgnored());
            // Of mapped files next to nothing is ever touched: their terms are three of 1 MiB at most, at both ends.
            assertThat(growth.heap()).as("heap").isLessThan(32 * MEGA);
            assertThat(growth.direct()).as("direct").isLessThan(16 * MEGA);
            assertThat(growth.mapped()).as("mapped").isLessThan(2_048 * MEGA);
            assertThat(growth.resident()).as("resident").isLessThan(128 * MEGA);
            assertThat(logins.sent()).isPositive();
            assertThat(node.failure()).isNull();
            assertThat(published).isPositive();
            assertThat(received.partitions())
                    .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
            assertThat(node.counters().recordsAppended()).isEqualTo(published);
            // Every stream takes memory at both ends: their number is bounded, and so is what each takes.
            // Those that were closed linger for some seconds, and count no more against the limit.
            final int closed = logins.sent() + refusedNames;
            assertThat(streams).isLessThanOrEqualTo(NodeContext.DEFAULT_MAX_SESSIONS + 64 + closed);
            assertThat(node.counters().sessionsActive()).isLessThanOrEqualTo(3 + 64);
            assertThat(refusedNames).isEqualTo(2 * BAD_NAMES.size());
        }
    }

    private static List<byte[]> messagesOfAnEarlierSession(final Forgery forgery) {
        final List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            messages.add(forgery.publishMessage(SEED));
        }
        return messages;
    }

    /** A message whose lengths say more than there is, with a right header. */
    private byte[] oversize() {
        final byte[] bytes = new byte[random.nextInt(ProtocolDescriptor.HEADER_LENGTH, 200)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
        }
        new MessageHeaderEncoder()
                .wrap(new UnsafeBuffer(bytes), 0)
                .blockLength(random.nextBoolean() ? 65_535 : random.nextInt(100))
                .templateId(random.nextInt(50))
                .schemaId(MessageHeaderDecoder.SCHEMA_ID)
                .version(random.nextInt(3));
        return bytes;
    }

    private static int tryBadNames(final Node node) {
        int refused = 0;
        for (final String name : BAD_NAMES) {
            assertThatThrownBy(() -> Publisher.connect(
                            NodeFixture.publisherContext(node, "feed").topic(name)))
                    .isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> Subscriber.connect(
                            NodeFixture.subscriberContext(node).topic(name)))
                    .isInstanceOf(RuntimeException.class);
            refused += 2;
        }
        assertThat(node.store().topics()).hasSize(1);
        return refused;
    }
}
