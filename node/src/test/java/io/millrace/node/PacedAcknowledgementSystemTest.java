package io.millrace.node;

import static io.millrace.node.NodeFixture.TOPIC;
import static io.millrace.node.NodeFixture.await;
import static io.millrace.node.NodeFixture.givenPublisher;
import static io.millrace.node.NodeFixture.givenTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import io.millrace.transport.Publisher;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that never sleeps, and so holds acknowledgements back: none of them may stay away. */
@Timeout(60)
class PacedAcknowledgementSystemTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final UnsafeBuffer VALUE = new UnsafeBuffer(new byte[100]);

    @TempDir
    private static Path directory;

    private static Node node;

    @BeforeAll
    static void launch() {
        final List<SettingSource.Entry> entries = List.of(
                new SettingSource.Entry("dir", directory.toString(), "test"),
                new SettingSource.Entry("port", "0", "test"),
                new SettingSource.Entry("threading", "shared", "test"),
                new SettingSource.Entry("idle", "yield", "test"));
        node = Node.launch(NodeContext.of(NodeSettings.resolve(List.of(new SettingSource(entries)))));
        givenTopic(node, TOPIC, 2);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void shouldAcknowledgeEachRecordOfAPublisherThatWaitsForIt() {
        try (Publisher publisher = givenPublisher(node, "waits")) {
            for (int i = 0; i < 500; i++) {
                assertThat(publisher.offerTo(i & 1, i, null, 0, 0, VALUE, 0, 100))
                        .isEqualTo(i >> 1);
                assertThat(publisher.awaitAcknowledged(TIMEOUT_NS)).isTrue();
            }
        }
    }

    @Test
    void shouldAcknowledgeTheLastRecordsOfAPublisherThatStops() {
        try (Publisher publisher = givenPublisher(node, "stops")) {
            for (int round = 0, count = 0; round < 40; round++) {
                // Fast enough to be taken for one that goes on, and then nothing more comes.
                for (int i = 0; i < 60; i++, count++) {
                    assertThat(publisher.offerTo(0, i, null, 0, 0, VALUE, 0, 100))
                            .isEqualTo(count);
                    final long untilNs = System.nanoTime() + 5_000;
                    while (System.nanoTime() - untilNs < 0) {
                        publisher.poll();
                    }
                }
                await("all acknowledged: " + publisher, () -> publisher.poll() >= 0 && publisher.isFullyAcknowledged());
            }
        }
    }

    @Test
    void shouldNotKeepAPublisherWithATinyWindowWaiting() {
        final int records = 2_000;
        try (Publisher publisher = Publisher.connect(
                NodeFixture.publisherContext(node, "tiny").windowRecords(2).windowLength(4096))) {
            final int[] next = {0};
            await("all published: " + publisher, () -> {
                while (next[0] < records && publisher.offerTo(1, 0, null, 0, 0, VALUE, 0, 100) >= 0) {
                    next[0]++;
                }
                publisher.poll();
                return next[0] == records && publisher.isFullyAcknowledged();
            });
        }
    }
}
