package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.givenNode;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.Publisher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody hears all that a client sends, and sends it again: in the client's stream and in others, during its session and after. */
@Timeout(60)
class EavesdropperSystemTest {
    private static final long SEED = Long.getLong("millrace.test.seed", System.nanoTime());
    private static final int LOT = 10;

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<byte[]> values = IntStream.range(0, 600)
            .mapToObj(i -> ("value " + i).getBytes(StandardCharsets.US_ASCII))
            .collect(Collectors.toList());

    @Test
    void shouldTakeNothingTwiceOfWhatAnEavesdropperSendsAgain() throws Exception {
        try (Node node = givenNode(directory);
                Eavesdropper tap = new Eavesdropper(node);
                Forgery forgery = new Forgery(node, random)) {
            final int during;
            final int heardDuring;
            final long ignoredDuring;
            try (Publisher publisher =
                    Publisher.connect(NodeFixture.publisherContext(node, "feed").channel(tap.channel()))) {
                publishInLots(publisher, 0, 300);
                heardDuring = tap.heard().size();
                during = replay(node, forgery, tap.heard());
                ignoredDuring = node.counters().messagesIgnored();
                publishInLots(publisher, 300, values.size());
                assertThat(publisher.reconnectCount()).isZero();
            }
            final int after = replay(node, forgery, tap.heard());

            System.out.printf(
                    "EavesdropperSystemTest seed=%d heard=%d of which during the session=%d sent again=%d messages in new"
                            + " streams=%d+%d ignored=%d+%d appended=%d%n",
                    SEED,
                    tap.heard().size(),
                    heardDuring,
                    forgery.count(),
                    during,
                    after,
                    ignoredDuring,
                    node.counters().messagesIgnored() - ignoredDuring,
                    node.counters().recordsAppended());
            assertThat(during).isGreaterThanOrEqualTo(30);
            assertThat(after).isGreaterThanOrEqualTo(during + 30);
            assertThat(node.counters().recordsAppended()).isEqualTo(values.size());
            assertThat(node.counters().duplicatesDropped()).isZero();
            assertThat(node.failure()).isNull();
            final List<List<String>> held = Received.inLog(node.store().topic(TOPIC));
            assertThat(held.get(0).size() + held.get(1).size()).isEqualTo(values.size());
            try (Publisher again = givenPublisher(node, "feed")) {
                assertThat(again.lastSequence(0) + again.lastSequence(1) + 2).isEqualTo(values.size());
            }
        }
    }

    @Test
    void shouldKeepTheSessionOfAClientWhoseHelloIsSaidAgain() throws Exception {
        try (Node node = Node.launch(NodeFixture.context(directory).sessionTimeoutNs(TimeUnit.SECONDS.toNanos(2)));
                Eavesdropper tap = new Eavesdropper(node);
                Forgery forgery = new Forgery(node, random)) {
            NodeFixture.givenTopic(node, TOPIC, 2);
            try (Publisher publisher =
                    Publisher.connect(NodeFixture.publisherContext(node, "feed").channel(tap.channel()))) {
                publishInLots(publisher, 0, 20);
                final long sessions = node.counters().sessionsActive();
                replay(node, forgery, tap.heard());
                await("a stranger has a session under the client's address", () -> {
                    publisher.poll();
                    return node.counters().sessionsActive() > sessions;
                });

                await("the stranger was told that it is silent", () -> {
                    publisher.poll();
                    return node.counters().sessionsActive() == sessions;
                });
                publishInLots(publisher, 20, 40);

                assertThat(publisher.reconnectCount()).isZero();
            }
        }
    }

    /** How many messages came in a stream of their own: all but the first, which asks for a session, under a token that is not its. */
    private int replay(final Node node, final Forgery forgery, final List<byte[]> heard) {
        // In the same stream all of it has been there: Aeron drops it, and nobody counts.
        forgery.replay(heard);
        final long ignored = node.counters().messagesIgnored();
        final int messages = forgery.replayAs(random.nextInt(), heard);
        await("the node has heard it all", () -> node.counters().messagesIgnored() - ignored >= messages - 1);
        return messages;
    }

    private void publishInLots(final Publisher publisher, final int from, final int to) {
        final int[] next = {from};
        await("acknowledged", () -> {
            if (publisher.isFullyAcknowledged() && next[0] < to) {
                next[0] = publish(publisher, values, next[0], Math.min(to - next[0], LOT));
            }
            publisher.poll();
            return next[0] == to && publisher.isFullyAcknowledged();
        });
    }
}
