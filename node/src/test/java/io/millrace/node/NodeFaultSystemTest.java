package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.givenNode;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenSubscriber;
import static io.millrace.node.NodeFixture.givenTopic;
import static io.millrace.node.NodeFixture.givenValues;
import static io.millrace.node.NodeFixture.publish;
import static io.millrace.node.NodeFixture.publishAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.transport.Publisher;
import io.millrace.transport.Subscriber;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.PublishEncoder;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node among clients that lie, die or shout, on a disk that fills up. */
@Timeout(60)
class NodeFaultSystemTest {
    private static final long SEED = 43;

    @TempDir
    private Path directory;

    @Test
    void shouldIgnoreGarbageOnItsStreamAndOnItsPort() throws Exception {
        final long seed = System.nanoTime();
        System.out.println("NodeFaultSystemTest garbage seed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<byte[]> values = givenValues(2_000, SEED);
        try (Node node = givenNode(directory);
                DatagramSocket socket = new DatagramSocket();
                ExclusivePublication garbage = node.aeron()
                        .addExclusivePublication(
                                ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId());
                Publisher publisher = givenPublisher(node, "feed")) {
            final int port = URI.create("udp://" + node.ingressChannel().split("endpoint=")[1])
                    .getPort();
            final int[] next = new int[1];
            final int[] sent = new int[1];
            await("all acknowledged in spite of garbage", () -> {
                next[0] = publish(publisher, values, next[0], 5);
                publisher.poll();
                for (int i = 0; i < 5; i++) {
                    final byte[] bytes = garbage(random);
                    sent[0] += garbage.offer(new UnsafeBuffer(bytes)) > 0 ? 1 : 0;
                    sendRaw(socket, port, bytes);
                }
                return sent[0] > 2_000 && next[0] == values.size() && publisher.isFullyAcknowledged();
            });
            final int count = sent[0];
            await(
                    "all garbage counted",
                    () -> node.counters().messagesIgnored() + node.counters().recordsRefused() == count);

            assertThat(node.failure()).isNull();
            assertThat(node.counters().recordsAppended()).isEqualTo(values.size());
        }
    }

    @Test
    void shouldRefuseARecordWithAWrongChecksum() {
        try (Node node = givenNode(directory);
                RawClient client = new RawClient(node)) {
            client.openProducer();
            client.publish(0, 0);
            client.publish(1, 0x10);
            await("refused", () -> client.poll() && client.refusal != null);

            assertThat(client.refusal).startsWith("record checksum mismatch: ");
            await("counted", () -> node.counters().recordsRefused() == 1);
            assertThat(node.counters().recordsAppended()).isEqualTo(1);
            assertThat(Received.inLog(node.store().topic(TOPIC)).get(1)).hasSize(1);
            assertThat(node.failure()).isNull();
        }
    }

    @Test
    void shouldRefuseAHoleInTheSequence() {
        try (Node node = givenNode(directory);
                RawClient client = new RawClient(node)) {
            client.openProducer();
            client.publish(0, 0);
            client.publish(2, 0);
            await("refused", () -> client.poll() && client.refusal != null);

            assertThat(client.refusal)
                    .isEqualTo("hole in the sequence: topic=trades producer=raw partition=1 expected=1 actual=2");
            assertThat(Received.inLog(node.store().topic(TOPIC)).get(1)).hasSize(1);
        }
    }

    @Test
    void shouldRefuseAClientOfAnotherMajorVersion() {
        try (Node node = givenNode(directory);
                RawClient client = new RawClient(node, 7 << 16)) {
            await("refused", () -> client.poll() && client.refusal != null);

            assertThat(client.refusal).isEqualTo("protocol version is not supported: client=7.0 node=0.1");
        }
    }

    @Test
    void shouldNotSendAnywhereButToThisMachine() {
        try (Node node = givenNode(directory);
                ExclusivePublication publication = node.aeron()
                        .addExclusivePublication(
                                ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId());
                IngressProxy proxy = new IngressProxy(publication)) {
            await("sent", () -> proxy.connect(1, 1, "aeron:udp?endpoint=192.0.2.1:4000") > 0);
            await("ignored", () -> node.counters().messagesIgnored() == 1);

            assertThat(node.counters().sessionsActive()).isZero();
        }
    }

    @Test
    void shouldSayThatTheDiskIsFullAndKeepWhatItHolds() {
        final List<byte[]> values = givenValues(20_000, SEED);
        final AtomicBoolean isFull = new AtomicBoolean();
        try (Node node = Node.launch(context(directory).storage(givenStorage(isFull)))) {
            givenTopic(node, TOPIC, 2);
            try (Publisher publisher = givenPublisher(node, "feed");
                    Subscriber subscriber = givenSubscriber(node)) {
                final int[] next = new int[1];
                isFull.set(true);
                final MillraceException[] thrown = new MillraceException[2];
                await("both hear it", () -> {
                    try {
                        publisher.poll();
                        next[0] = thrown[0] == null ? publish(publisher, values, next[0], 50) : 0;
                    } catch (final MillraceException ex) {
                        thrown[0] = ex;
                    } catch (final IllegalStateException closed) {
                        // The next poll tells why.
                    }
                    try {
                        subscriber.poll((partition, record) -> {}, 100);
                    } catch (final MillraceException ex) {
                        thrown[1] = ex;
                    }
                    return thrown[0] != null && thrown[1] != null;
                });

                assertThat(thrown[0].code()).isEqualTo(ErrorCode.STORAGE_FULL);
                assertThat(thrown[0]).hasMessageContaining("storage is full: topic=trades producer=feed partition=");
                assertThat(thrown[1]).hasMessage(thrown[0].getMessage());
                assertThat(node.failure()).hasMessage(thrown[0].getMessage());
                final long acknowledged = publisher.acknowledgedSequence(0) + publisher.acknowledgedSequence(1) + 2;
                assertThat(node.counters().recordsAppended()).isGreaterThanOrEqualTo(acknowledged);
            }
            assertThatThrownBy(() -> givenPublisher(node, "late"))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("storage is full");
        }
        isFull.set(false);
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed")) {
            publishAll(publisher, values);
            assertThat(publisher.lastSequence(0)).isPositive();
            assertThat(node.counters().recordsAppended() + node.counters().duplicatesDropped())
                    .isEqualTo(values.size());
        }
    }

    @Test
    void shouldPushBackWhileTheLogHasNoSegmentReady() {
        final List<byte[]> values = givenValues(20_000, SEED);
        final AtomicBoolean isStuck = new AtomicBoolean();
        try (Node node = Node.launch(context(directory).storage(givenStorage(new AtomicBoolean(), isStuck)))) {
            givenTopic(node, TOPIC, 2);
            try (Publisher publisher = givenPublisher(node, "feed")) {
                isStuck.set(true);
                final int[] next = new int[1];
                final int[] refusedCount = new int[1];
                await("pushed back for good", () -> {
                    final int before = next[0];
                    next[0] = publish(publisher, values, before, 50);
                    publisher.poll();
                    refusedCount[0] = next[0] == before ? refusedCount[0] + 1 : 0;
                    return refusedCount[0] == 2_000;
                });
                final long appended = node.counters().recordsAppended();
                assertThat(next[0]).isLessThan(values.size());
                assertThat(appended).isLessThan(next[0]);

                isStuck.set(false);
                publishAll(publisher, values, next[0]);
                assertThat(node.counters().recordsAppended()).isEqualTo(values.size());
                assertThat(node.failure()).isNull();
            } finally {
                isStuck.set(false);
            }
        }
    }

    @Test
    void shouldDropAClientThatIsSilent() {
        try (Node node = Node.launch(context(directory).sessionTimeoutNs(200_000_000L))) {
            givenTopic(node, TOPIC, 2);
            try (Publisher publisher = givenPublisher(node, "feed")) {
                await("dropped", () -> node.counters().sessionsActive() == 0);
                await("told", () -> {
                    try {
                        publisher.poll();
                        return false;
                    } catch (final MillraceException ex) {
                        assertThat(ex).hasMessage("client was silent for 200ms; call poll() more often");
                        return true;
                    }
                });
            }
        }
    }

    @Test
    void shouldRefuseMoreClientsThanItMayHave() {
        try (Node node = Node.launch(context(directory).maxSessions(1))) {
            givenTopic(node, TOPIC, 2);
            try (Publisher publisher = givenPublisher(node, "feed")) {
                assertThatThrownBy(() -> givenSubscriber(node))
                        .isInstanceOf(MillraceException.class)
                        .hasMessage("too many clients: max=1; close some or raise maxSessions");
                publishAll(publisher, givenValues(10, SEED));
            }
            // The place is free again.
            await("left", () -> node.counters().sessionsActive() == 0);
            givenSubscriber(node).close();
        }
    }

    private static byte[] garbage(final SplittableRandom random) {
        final byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 20_000 : 120)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        if (bytes.length >= ProtocolDescriptor.HEADER_LENGTH && random.nextBoolean()) {
            // With a right header, so that it gets further.
            new MessageHeaderEncoder()
                    .wrap(new UnsafeBuffer(bytes), 0)
                    .blockLength(random.nextInt(80))
                    .templateId(random.nextInt(8))
                    .schemaId(MessageHeaderDecoder.SCHEMA_ID)
                    .version(random.nextInt(3));
        }
        return bytes;
    }

    private static void sendRaw(final DatagramSocket socket, final int port, final byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
        } catch (final java.io.IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    /** The real storage, but for a time no new file can be written. */
    private static Storage givenStorage(final AtomicBoolean isFull) {
        return givenStorage(isFull, new AtomicBoolean());
    }

    private static Storage givenStorage(final AtomicBoolean isFull, final AtomicBoolean isStuck) {
        final Storage real = new FileStorage();
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (isFull.get() && method.getName().equals("create")) {
                        throw new NoSpaceException("no space left on device", null);
                    }
                    while (isStuck.get() && method.getName().equals("create")) {
                        LockSupport.parkNanos(100_000);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (final InvocationTargetException ex) {
                        throw ex.getCause();
                    }
                });
    }

    /** A client that says what it wants, right or wrong. */
    private static final class RawClient implements EventHandler, AutoCloseable {
        private final ExclusivePublication publication;
        private final Subscription subscription;
        private final IngressProxy proxy;
        private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(new EgressAdapter(this));
        private long session;
        private int producer;
        private String refusal;

        private RawClient(final Node node) {
            this(node, ProtocolDescriptor.VERSION);
            await("connected", () -> poll() && session != 0);
            proxy.session(session);
        }

        private RawClient(final Node node, final int version) {
            final Aeron aeron = node.aeron();
            publication = aeron.addExclusivePublication(
                    ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId());
            subscription = aeron.addSubscription("aeron:udp?endpoint=127.0.0.1:0", 99);
            proxy = new IngressProxy(publication);
            await("port", () -> subscription.tryResolveChannelEndpointPort() != null);
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
            final io.millrace.transport.codec.ConnectEncoder connect = new io.millrace.transport.codec.ConnectEncoder();
            connect.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                    .correlationId(1)
                    .protocolVersion(version)
                    .responseStreamId(99)
                    .responseChannel(subscription.tryResolveChannelEndpointPort());
            final int length = ProtocolDescriptor.HEADER_LENGTH + connect.encodedLength();
            await("sent", () -> publication.offer(buffer, 0, length) > 0);
        }

        private void openProducer() {
            await("sent", () -> proxy.openProducer(2, TOPIC, "raw") > 0);
            await("opened", () -> poll() && producer != 0);
        }

        private void publish(final long sequence, final int damage) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
            final PublishEncoder publish = new PublishEncoder();
            publish.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                    .producerHandle(producer)
                    .session(session)
                    .sequence(sequence)
                    .eventTimeNs(5)
                    .partition(1)
                    .keyLength(0)
                    .kind(RecordKind.DATA)
                    .flags((short) 0)
                    .putPayload(new byte[] {1, 2, 3}, 0, 3);
            final int length = ProtocolDescriptor.HEADER_LENGTH + publish.encodedLength();
            final int index = ProtocolDescriptor.CHECKED_INDEX;
            publish.checksum(new Checksum().compute(buffer, index, length - index) & 0xFFFF_FFFFL);
            buffer.putByte(length - 1, (byte) (buffer.getByte(length - 1) ^ damage));
            await("sent", () -> publication.offer(buffer, 0, length) > 0);
        }

        private boolean poll() {
            subscription.controlledPoll(assembler, 10);
            return true;
        }

        @Override
        public void onConnected(final long correlationId, final long session, final int protocolVersion) {
            this.session = session;
        }

        @Override
        public void onRefused(final long correlationId, final ErrorCode code, final String message) {
            refusal = message;
        }

        @Override
        public void onProducerOpened(
                final long correlationId,
                final int producer,
                final int producerId,
                final int maxRecordLength,
                final long[] lastSequences) {
            this.producer = producer;
        }

        @Override
        public void onAcknowledge(final int producer, final int partition, final long sequence) {}

        @Override
        public void onSubscriptionOpened(final long correlationId, final int subscription, final long[] positions) {}

        @Override
        public boolean onDeliver(final DeliveredFrames frames) {
            return true;
        }

        @Override
        public void onCorruptDelivery() {}

        @Override
        public void close() {
            publication.close();
            subscription.close();
        }
    }
}
