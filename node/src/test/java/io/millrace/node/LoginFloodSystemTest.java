package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.givenNode;
import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.ExclusivePublication;
import io.millrace.transport.KeyCredentials;
import io.millrace.transport.Publisher;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody beside the node who says hello over shared memory all the time and never listens, or begins to read all the time. */
@Timeout(60)
class LoginFloodSystemTest {
    /** More than may be on their way in, so that some are always driven out and say hello again. */
    private static final int STREAMS = 100;

    private static final int MAX_NEW_COUNTERS = 1_500;
    private static final long FLOOD_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** What a session may do at once, and how often beyond that. */
    private static final int AT_ONCE = 4_096;

    private static final int BEYOND = 1_000;

    @TempDir
    private Path directory;

    @Test
    void shouldLetHonestClientsInAndKeepTheCountersOfTheDriver() throws IOException {
        final Path keys = Files.createFile(
                directory.resolve("keys"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keys, "alice " + "5a".repeat(32) + '\n');
        try (Node node =
                Node.launch(NodeFixture.context(directory.resolve("store")).keys(keys))) {
            NodeFixture.givenTopic(node, TOPIC, 2);
            final List<IngressProxy> strangers = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                final ExclusivePublication stream =
                        node.aeron().addExclusivePublication("aeron:ipc", node.ingressStreamId());
                await("a stream", stream::isConnected);
                strangers.add(new IngressProxy(stream));
            }
            final int before = counters(node);
            final long endNs = System.nanoTime() + FLOOD_NS;
            int sent = 0;
            int most = 0;
            while (System.nanoTime() - endNs < 0) {
                for (final IngressProxy stranger : strangers) {
                    sent += stranger.connect(new ConnectRequest(
                                            1, ProtocolDescriptor.VERSION, 77, "aeron:ipc", "alice", "x"))
                                    > 0
                            ? 1
                            : 0;
                }
                most = Math.max(most, counters(node) - before);
            }
            try (Publisher honest = Publisher.connect(
                    NodeFixture.publisherContext(node, "feed").credentials(KeyCredentials.of(keys, "alice")))) {
                assertThat(honest.isConnected()).isTrue();
            }
            System.out.println("LoginFloodSystemTest hellos=" + sent + " new counters=" + most);
            assertThat(sent).isGreaterThan(STREAMS);
            assertThat(most).isLessThan(MAX_NEW_COUNTERS);
            assertThat(node.failure()).isNull();
            strangers.forEach(IngressProxy::close);
        }
    }

    @Test
    void shouldMakeAClientWaitThatBeginsToReadAllTheTime() {
        try (Node node = givenNode(directory);
                LiveIntruder client = new LiveIntruder(node)) {
            final StartPoint[] starts = {StartPoint.BEGIN, StartPoint.BEGIN};
            final long beginNs = System.nanoTime();
            for (int i = 1; i <= AT_ONCE + BEYOND; i++) {
                final int handle = i;
                await(
                        "subscribed",
                        () -> client.poll()
                                && client.ingress().subscribe(new SubscribeRequest(handle, TOPIC, true, false, starts))
                                        > 0);
                await("unsubscribed", () -> client.poll() && client.ingress().unsubscribe(handle) > 0);
            }
            client.awaitAnswer();

            assertThat(System.nanoTime() - beginNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(BEYOND));
            assertThat(node.failure()).isNull();
        }
    }

    private static int counters(final Node node) {
        final int[] count = new int[1];
        node.aeron().countersReader().forEach((counterId, label) -> count[0]++);
        return count[0];
    }
}
