package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.context;
import static io.millrace.node.NodeFixture.givenNode;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenSubscriber;
import static io.millrace.node.NodeFixture.givenTopic;
import static io.millrace.node.NodeFixture.givenValues;
import static io.millrace.node.NodeFixture.key;
import static io.millrace.node.NodeFixture.publish;
import static io.millrace.node.NodeFixture.publishAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.exceptions.DriverTimeoutException;
import io.aeron.exceptions.RegistrationException;
import io.millrace.log.Durability;
import io.millrace.log.TopicSpec;
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
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.OpenedProducer;
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
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(bytes = {0, RecordKind.PADDING, RecordKind.PRODUCER, 99, -1})
    void shouldRefuseARecordOfAKindThatNobodyMayAppendAndServeTheOthers(final byte kind) {
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed");
                RawClient client = new RawClient(node)) {
            client.openProducer();
            client.publish(0, kind, 0);
            await("refused", () -> client.poll() && client.refusal != null);

            assertThat(client.refusal)
                    .isEqualTo("record of a kind that cannot be published: topic=trades producer=raw partition=1 kind="
                            + kind);
            assertThat(node.failure()).isNull();
            publishAll(publisher, givenValues(10, SEED));
            givenSubscriber(node).close();
        }
    }

    @Test
    void shouldGoOnAfterAnOfferOfARangeThatItsBufferDoesNotHave() {
        final List<byte[]> values = givenValues(100, SEED);
        final UnsafeBuffer key = key(0);
        final UnsafeBuffer value = new UnsafeBuffer(new byte[10]);
        try (Node node = givenNode(directory);
                Publisher publisher = givenPublisher(node, "feed")) {
            assertThatThrownBy(() -> publisher.offer(1, key, 0, key.capacity(), value, 5, 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> publisher.offerTo(1, 1, key, 2, key.capacity(), value, 0, 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> publisher.offerTo(1, 1, key, 0, -1, value, 0, 10))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> publisher.offerTo(1, 1, null, 0, 1, value, 0, 10))
                    .isInstanceOf(NullPointerException.class);

            publishAll(publisher, values);
            assertThat(node.counters().recordsAppended()).isEqualTo(values.size());
        }
    }

    @Test
    void shouldKeepInternalTopicsAndTheNamesOfTasksFromPublishers() {
        try (Node node = givenNode(directory)) {
            node.store()
                    .createTopic(TopicSpec.named("candles.by-symbol")
                            .segmentLength(NodeFixture.SEGMENT_LENGTH)
                            .internal(true));

            assertThatThrownBy(() -> Publisher.connect(
                            NodeFixture.publisherContext(node, "feed").topic("candles.by-symbol")))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("topic is internal, only its job appends to it: topic=candles.by-symbol");
            assertThatThrownBy(() -> givenPublisher(node, "candles/trades/0"))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("producer name must not have a '/', such names belong to the tasks of jobs:"
                            + " producer=candles/trades/0");
            givenPublisher(node, "candles").close();
        }
    }

    @Test
    void shouldRefuseANameThatIsNoneInOneLineThatSaysWhatIsAllowed() {
        try (Node node = givenNode(directory)) {
            for (final String name : List.of("n".repeat(250), "two\nlines")) {
                assertThatThrownBy(() -> givenPublisher(node, name))
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                        .hasMessageStartingWith("producer name must be 1 to 249 characters")
                        .hasMessageNotContainingAny("\n", "Exception");
            }
            assertThatThrownBy(() -> Subscriber.connect(
                            NodeFixture.subscriberContext(node).topic("no\nsuch\ttopic" + "c".repeat(1000))))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC))
                    .hasMessageStartingWith("no such topic: topic=no\\nsuch\\ttopic")
                    .hasMessageContaining("; there are: trades")
                    .hasMessageNotContainingAny("\n", directory.toString());
            givenPublisher(node, "n".repeat(249)).close();
        }
    }

    @Test
    void shouldRefuseAClientOfAnotherMajorVersion() {
        try (Node node = givenNode(directory);
                RawClient client = new RawClient(node, 7 << 16)) {
            await("refused", () -> client.poll() && client.refusal != null);

            assertThat(client.refusal).isEqualTo("protocol version is not supported: client=7.0 node=1.0");
        }
    }

    @Test
    void shouldNotSendAnywhereButToThisMachine() {
        try (Node node = givenNode(directory);
                ExclusivePublication publication = node.aeron()
                        .addExclusivePublication(
                                ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId());
                IngressProxy proxy = new IngressProxy(publication)) {
            await(
                    "sent",
                    () -> proxy.connect(new ConnectRequest(
                                    1, ProtocolDescriptor.VERSION, 1, "aeron:udp?endpoint=192.0.2.1:4000", "", ""))
                            > 0);
            await("ignored", () -> node.counters().messagesIgnored() == 1);

            assertThat(node.counters().sessionsActive()).isZero();
        }
    }

    @Test
    void shouldTellThePublisherThatTheDiskIsFullAndServeAllOthersAndItAgainWhenThereIsSpace() {
        final List<byte[]> values = givenValues(20_000, SEED);
        final AtomicBoolean isFull = new AtomicBoolean();
        try (Node node = Node.launch(context(directory).storage(givenStorage(isFull)))) {
            givenTopic(node, TOPIC, 2);
            final Received received = new Received();
            try (Subscriber subscriber = givenSubscriber(node)) {
                try (Publisher publisher = givenPublisher(node, "feed")) {
                    isFull.set(true);
                    final MillraceException thrown = publishUntilRefused(publisher, subscriber, received, values);

                    assertThat(thrown.code()).isEqualTo(ErrorCode.STORAGE_FULL);
                    assertThat(thrown).hasMessageContaining("storage is full: topic=trades producer=feed partition=");
                    assertThat(node.failure()).isNull();
                    final long acknowledged = publisher.acknowledgedSequence(0) + publisher.acknowledgedSequence(1) + 2;
                    assertThat(node.counters().recordsAppended()).isGreaterThanOrEqualTo(acknowledged);
                }
                final List<List<String>> held = Received.inLog(node.store().topic(TOPIC));
                final int heldCount = held.get(0).size() + held.get(1).size();
                await("the subscriber reads on", () -> {
                    subscriber.poll(received, 100);
                    return received.count() == heldCount;
                });
                try (Subscriber late = givenSubscriber(node)) {
                    final Received again = new Received();
                    await("a new subscriber reads all", () -> late.poll(again, 100) >= 0 && again.count() == heldCount);
                }

                isFull.set(false);
                publishAsSoonAsThereIsSpace(node, values);
                await("all arrived", () -> subscriber.poll(received, 100) >= 0 && received.count() == values.size());
                assertThat(received.partitions())
                        .isEqualTo(Received.inLog(node.store().topic(TOPIC)));
            }
            assertThat(node.failure()).isNull();
        }
    }

    @Test
    void shouldSayThatItFailedWhenItsNetworkIsLostButNotForAnErrorOfOneClient() {
        try (Node node = givenNode(directory)) {
            final ErrorHandler errors = node.aeron().context().errorHandler();
            errors.onError(new RegistrationException(1, 0, io.aeron.ErrorCode.INVALID_CHANNEL, "no such channel"));
            givenPublisher(node, "feed").close();
            assertThat(node.failure()).isNull();

            errors.onError(new DriverTimeoutException("driver is silent"));

            assertThat(node.failure())
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("node has lost its network: aeron client failed: FATAL - driver is silent;"
                            + " start the node again");
            assertThatThrownBy(() -> givenPublisher(node, "late")).hasMessageStartingWith("node has lost its network");
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
        try (Node node = Node.launch(context(directory).sessionTimeoutNs(2_000_000_000L))) {
            givenTopic(node, TOPIC, 2);
            try (Publisher publisher =
                    Publisher.connect(NodeFixture.publisherContext(node, "feed").reconnectTimeoutNs(0))) {
                await("dropped", () -> node.counters().sessionsActive() == 0);
                await("told", () -> {
                    try {
                        publisher.poll();
                        return false;
                    } catch (final MillraceException ex) {
                        assertThat(ex).hasMessage("client was silent for 2000ms; call poll() more often");
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
                        .hasMessage("too many clients: max=1; close some or raise max.sessions");
                publishAll(publisher, givenValues(10, SEED));
            }
            // The place is free again.
            await("left", () -> node.counters().sessionsActive() == 0);
            givenSubscriber(node).close();
        }
    }

    private static MillraceException publishUntilRefused(
            final Publisher publisher,
            final Subscriber subscriber,
            final Received received,
            final List<byte[]> values) {
        final int[] next = new int[1];
        final MillraceException[] thrown = new MillraceException[1];
        await("publisher is refused", () -> {
            subscriber.poll(received, 100);
            try {
                publisher.poll();
                next[0] = publish(publisher, values, next[0], 50);
            } catch (final MillraceException ex) {
                thrown[0] = ex;
            } catch (final IllegalStateException closed) {
                // The next poll tells why.
            }
            return thrown[0] != null;
        });
        return thrown[0];
    }

    /** The log tries again every 100 ms: until then a publisher may be refused once more. */
    private static void publishAsSoonAsThereIsSpace(final Node node, final List<byte[]> values) {
        await("published when there is space again", () -> {
            try (Publisher publisher = givenPublisher(node, "feed")) {
                publishAll(publisher, values);
                return true;
            } catch (final MillraceException ex) {
                assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FULL);
            } catch (final IllegalStateException closed) {
                // Refused while it offered.
            }
            return false;
        });
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
        private ConnectedSession session;
        private int producer;
        private String refusal;

        private RawClient(final Node node) {
            this(node, ProtocolDescriptor.VERSION);
            await("connected", () -> poll() && session != null);
            proxy.session(session.tokenHigh(), session.tokenLow());
        }

        private RawClient(final Node node, final int version) {
            final Aeron aeron = node.aeron();
            publication = aeron.addExclusivePublication(
                    ChannelRules.publicationChannel(node.ingressChannel()), node.ingressStreamId());
            subscription = aeron.addSubscription("aeron:udp?endpoint=127.0.0.1:0", 99);
            proxy = new IngressProxy(publication);
            await("port", () -> subscription.tryResolveChannelEndpointPort() != null);
            final String channel = subscription.tryResolveChannelEndpointPort();
            await("sent", () -> proxy.connect(new ConnectRequest(1, version, 99, channel, "", "")) > 0);
        }

        private void openProducer() {
            await("sent", () -> proxy.openProducer(2, TOPIC, "raw", ProtocolDescriptor.NEW_EPOCH) > 0);
            await("opened", () -> poll() && producer != 0);
        }

        private void publish(final long sequence, final int damage) {
            publish(sequence, RecordKind.DATA, damage);
        }

        private void publish(final long sequence, final byte kind, final int damage) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
            final Checksum checksum = new Checksum();
            final PublishFrame frame = new PublishFrame().begin(buffer, 0);
            buffer.putBytes(frame.nextPayloadOffset(), new byte[] {1, 2, 3});
            frame.add(1, kind, sequence, 5, 0, 3, checksum);
            frame.seal(session.tokenHigh(), session.tokenLow(), producer, checksum);
            final int length = frame.length();
            buffer.putByte(length - 1, (byte) (buffer.getByte(length - 1) ^ damage));
            await("sent", () -> publication.offer(buffer, 0, length) > 0);
        }

        private boolean poll() {
            subscription.controlledPoll(assembler, 10);
            return true;
        }

        @Override
        public void onConnected(final long correlationId, final ConnectedSession opened) {
            this.session = opened;
        }

        @Override
        public void onChallenge(final long correlationId, final byte[] nonce) {}

        @Override
        public void onRefused(final long correlationId, final ErrorCode code, final String message) {
            refusal = message;
        }

        @Override
        public void onRejected(final long correlationId, final ErrorCode code, final String message) {
            refusal = message;
        }

        @Override
        public void onProducerOpened(final long correlationId, final OpenedProducer opened) {
            this.producer = opened.handle();
        }

        @Override
        public void onAcknowledge(final int producer, final int partition, final long sequence) {}

        @Override
        public void onSubscriptionOpened(
                final long correlationId,
                final int subscription,
                final Durability durability,
                final long[] positions) {}

        @Override
        public boolean onDeliver(final DeliveredFrames frames) {
            return true;
        }

        @Override
        public void onPositionGone(
                final int subscription,
                final int partition,
                final long position,
                final long firstPosition,
                final boolean isResumed) {}

        @Override
        public void onReadable(final int subscription, final int partition, final long position) {}

        @Override
        public void onCorruptEvent() {}

        @Override
        public void close() {
            publication.close();
            subscription.close();
        }
    }
}
