package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenTopic;
import static io.millrace.node.NodeFixture.publish;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.Publisher;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A packet in the stream of another, with the right numbers, ahead of the genuine one: Aeron takes it for the message that was to come
 * there and drops that one. All values have one length, and so has a message with one of them.
 */
@Timeout(60)
class ForgedPacketSystemTest {
    private static final long SEED = Long.getLong("millrace.test.seed", System.nanoTime());
    private static final long RESEND_NS = TimeUnit.MILLISECONDS.toNanos(150);

    /** Less than any command of ours is long: where it ends, no genuine message begins. */
    private static final int SHORT_LENGTH = 8;

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<byte[]> values = new ArrayList<>();
    private Node node;

    @BeforeEach
    void givenValues() {
        for (int i = 0; i < 40; i++) {
            values.add(("value " + (100 + i)).getBytes(US_ASCII));
        }
    }

    @Test
    void shouldTurnAForgedPacketIntoAResumedSessionAndNotIntoARecord() throws Exception {
        try (Node launched = givenNodeAtAChosenPort();
                Forgery forgery = new Forgery(launched, random);
                Publisher publisher = givenPublisher(node, "feed")) {
            publishOneByOne(publisher, 0, 20);
            forgeNext(publisher, forgery, forgery.publishMessage(random.nextLong()));

            publishInARow(publisher, 20, 40);

            assertStoredOnce();
            assertThat(publisher.reconnectCount()).isPositive();
        }
    }

    /** Nothing comes behind it that would show the hole: only time does. */
    @Test
    void shouldSendALoneRecordAgainWhosePlaceAForgeryHasTaken() throws Exception {
        try (Node launched = givenNodeAtAChosenPort();
                Forgery forgery = new Forgery(launched, random);
                Publisher publisher = givenImpatientPublisher()) {
            publishOneByOne(publisher, 0, 39);
            forgeNext(publisher, forgery, forgery.publishMessage(random.nextLong()));

            publishOneByOne(publisher, 39, 40);

            assertStoredOnce();
        }
    }

    /** The gap behind it is never filled, so nothing that comes in this stream is ever read: another one is needed. */
    @Test
    void shouldConnectAnewWhereAForgeryOfAnotherLengthHasSpoiltTheStream() throws Exception {
        try (Node launched = givenNodeAtAChosenPort();
                Forgery forgery = new Forgery(launched, random);
                Publisher publisher = givenImpatientPublisher()) {
            publishOneByOne(publisher, 0, 38);
            forgeNext(publisher, forgery, forgery.random(SHORT_LENGTH));
            publishOneByOne(publisher, 38, 39);
            final long connectedAgain = publisher.reconnectCount();
            forgeNext(publisher, forgery, forgery.random(1_000));

            publishOneByOne(publisher, 39, 40);

            assertStoredOnce();
            assertThat(connectedAgain).isPositive();
            assertThat(publisher.reconnectCount()).isGreaterThan(connectedAgain);
        }
    }

    /** The test listens there too for a moment, for the numbers that an attacker would guess or see. */
    private Node givenNodeAtAChosenPort() throws IOException {
        node = Node.launch(NodeFixture.context(directory).port(freePort()));
        givenTopic(node, TOPIC, 2);
        return node;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Publisher givenImpatientPublisher() {
        return Publisher.connect(NodeFixture.publisherContext(node, "feed").resendTimeoutNs(RESEND_NS));
    }

    private void publishOneByOne(final Publisher publisher, final int from, final int to) {
        final int[] next = {from};
        await("acknowledged", () -> {
            // Each in a message of its own.
            next[0] =
                    publisher.isFullyAcknowledged() && next[0] < to ? publish(publisher, values, next[0], 1) : next[0];
            publisher.poll();
            return next[0] == to && publisher.isFullyAcknowledged();
        });
    }

    /** Each in a message of its own, behind which the next one shows what is missing. */
    private void publishInARow(final Publisher publisher, final int from, final int to) {
        final int[] next = {from};
        await("acknowledged", () -> {
            next[0] = next[0] < to ? publish(publisher, values, next[0], 1) : next[0];
            publisher.poll();
            return next[0] == to && publisher.isFullyAcknowledged();
        });
    }

    private void forgeNext(final Publisher publisher, final Forgery forgery, final byte[] message) {
        final long ignored = node.counters().messagesIgnored();
        IngressStreams.forgeNext(node, forgery, message);
        await("the forgery is there", () -> {
            publisher.poll();
            return node.counters().messagesIgnored() > ignored;
        });
    }

    private void assertStoredOnce() {
        final List<List<String>> held = Received.inLog(node.store().topic(TOPIC));
        assertThat(held.get(0).size() + held.get(1).size()).isEqualTo(values.size());
        assertThat(held.toString()).doesNotContain("forged");
        assertThat(node.failure()).isNull();
    }
}
