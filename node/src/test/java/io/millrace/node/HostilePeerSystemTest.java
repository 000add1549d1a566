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

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
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
    private static final int RECEIVER_POSITION_TYPE = 4;
    private static final int STREAM_ID_OFFSET = 12;
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
            final int connects = connectWithoutFinishing(node);
            final Received received = new Received();
            final List<byte[]> oldMessages = messagesOfAnEarlierSession();
            final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            final int[] sent = new int[4];
            int next = 0;
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

            final int streams = streams(node);
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
                    connects,
                    refusedNames,
                    streams,
                    node.counters().sessionsActive(),
                    node.counters().messagesIgnored());
            assertThat(node.failure()).isNull();
            assertThat(published).isPositive();
            assertThat(received.partitions())
                    .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
            assertThat(node.counters().recordsAppended()).isEqualTo(published);
            // Every stream takes memory at both ends: their number is bounded, and so is what each takes.
            // Those that were closed linger for some seconds, and count no more against the limit.
            final int closed = connects + refusedNames;
            assertThat(streams).isLessThanOrEqualTo(NodeContext.DEFAULT_MAX_SESSIONS + 64 + closed);
            assertThat(node.counters().sessionsActive()).isLessThanOrEqualTo(3 + 64);
            assertThat(refusedNames).isEqualTo(2 * BAD_NAMES.size());
        }
    }

    /** What Aeron itself would have taken: the packet is in place before the genuine one, and that is dropped. */
    @Test
    void shouldTurnAForgedPacketIntoAResumedSessionAndNotIntoARecord() throws Exception {
        final List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            values.add(("value " + (100 + i)).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        // A port of its own choice, since the test listens there too for a moment, for the numbers that an attacker
        // would guess or see.
        try (Node node = Node.launch(NodeFixture.context(directory).port(freePort()));
                Forgery forgery = new Forgery(node, random)) {
            NodeFixture.givenTopic(node, TOPIC, 2);
            boolean hasEnded = false;
            try (Publisher publisher = givenPublisher(node, "feed")) {
                publishOneByOne(publisher, values, 0, 20);
                final long ignored = node.counters().messagesIgnored();
                forgeNext(node, forgery);
                await("the forgery is there", () -> {
                    publisher.poll();
                    return node.counters().messagesIgnored() > ignored;
                });
                hasEnded = endsOrResumes(publisher, values);
            }
            assertThat(hasEnded).isTrue();
            assertThat(node.failure()).isNull();
            try (Publisher again = givenPublisher(node, "feed")) {
                NodeFixture.publishAll(again, values);
            }

            final List<List<String>> held = Received.inLog(node.store().topic(TOPIC));
            assertThat(held.get(0).size() + held.get(1).size()).isEqualTo(values.size());
            assertThat(held.toString()).doesNotContain("forged");
        }
    }

    private static void publishOneByOne(
            final Publisher publisher, final List<byte[]> values, final int from, final int to) {
        final int[] next = {from};
        await("acknowledged", () -> {
            // Each in a message of its own.
            next[0] =
                    publisher.isFullyAcknowledged() && next[0] < to ? publish(publisher, values, next[0], 1) : next[0];
            publisher.poll();
            return next[0] == to && publisher.isFullyAcknowledged();
        });
    }

    /** A message like that of a record, under a token that is guessed, where the publisher's next one would come. */
    private void forgeNext(final Node node, final Forgery forgery) {
        try (Subscription tap = node.aeron().addSubscription(node.ingressChannel(), node.ingressStreamId())) {
            await("a look at the stream", () -> tap.imageCount() == 1);
            final Image image = tap.imageAtIndex(0);
            final int termLength = image.termBufferLength();
            final long position = image.position();
            final int termId = image.initialTermId() + (int) (position / termLength);
            forgery.data(image.sessionId(), termId, (int) (position % termLength), publishMessage(random.nextLong()));
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean endsOrResumes(final Publisher publisher, final List<byte[]> values) {
        final int[] next = {20};
        try {
            await("the session ends or is resumed", () -> {
                next[0] = next[0] < values.size() ? publish(publisher, values, next[0], 1) : next[0];
                publisher.poll();
                return next[0] == values.size() && publisher.isFullyAcknowledged();
            });
            return true;
        } catch (final MillraceException | IllegalStateException ex) {
            return true;
        }
    }

    private byte[] publishMessage(final long token) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
        final Checksum checksum = new Checksum();
        final PublishFrame frame = new PublishFrame().begin(buffer, 0);
        buffer.putStringWithoutLengthAscii(frame.nextPayloadOffset(), "ETHUSDTforged 20");
        frame.add(1, RecordKind.DATA, 20, 5, 7, 16, checksum);
        frame.seal(token, random.nextLong(), 1, checksum);
        final byte[] message = new byte[frame.length()];
        buffer.getBytes(0, message);
        return message;
    }

    private List<byte[]> messagesOfAnEarlierSession() {
        final List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            messages.add(publishMessage(SEED));
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

    /** Clients that say hello and are never there for the answer. */
    private static int connectWithoutFinishing(final Node node) {
        int count = 0;
        for (int i = 0; i < 100; i++) {
            try (ExclusivePublication publication = node.aeron()
                            .addExclusivePublication(
                                    ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId());
                    IngressProxy proxy = new IngressProxy(publication)) {
                final ConnectRequest request = new ConnectRequest(
                        i, ProtocolDescriptor.VERSION, 100 + i, "aeron:udp?endpoint=127.0.0.1:9", "", "half open");
                await("sent", () -> proxy.connect(request) > 0);
                count++;
            }
        }
        return count;
    }

    /** Streams that the node's driver receives on the port of its commands. */
    static int streams(final Node node) {
        final int[] count = new int[1];
        final Aeron aeron = node.aeron();
        aeron.countersReader().forEach((counterId, typeId, key, label) -> {
            if (typeId == RECEIVER_POSITION_TYPE && key.getInt(STREAM_ID_OFFSET) == node.ingressStreamId()) {
                count[0]++;
            }
        });
        return count[0];
    }
}
