package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Codecs;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import io.millrace.transport.Publisher;
import io.millrace.worker.JobWorker;
import io.millrace.worker.JobWorkerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/workers.md. */
@Timeout(60)
class WorkersPageTest {
    private static final Path PAGE = Path.of("..", "docs", "workers.md");
    private static final Path SOURCE = Path.of("src", "test", "java", "io", "millrace", "node", "WorkersPageTest.java");

    @TempDir
    private Path nodeDirectory;

    @TempDir
    private Path directory;

    @Test
    void shouldRunAsThePageSays() throws InterruptedException {
        try (Node node = Node.launch(NodeFixture.context(nodeDirectory))) {
            NodeFixture.givenTopic(node, "payments", 2);
            try (Publisher publisher =
                    Publisher.connect(NodeFixture.publisherContext(node, "feed").topic("payments"))) {
                final UnsafeBuffer value = new UnsafeBuffer("paid".getBytes(StandardCharsets.US_ASCII));
                publisher.offerTo(1, 7, null, 0, 0, value, 0, value.capacity());
                CountingJob.end(publisher);
            }

            run(node.ingressChannel(), node.aeronDirectoryName(), directory);

            assertThat(CountingJob.records(node.store().topic("payments.checked"))
                            .get(1)
                            .get(0))
                    .startsWith("PAID");
        }
    }

    @Test
    void shouldBeWhatThePageShows() throws IOException {
        final String page = Files.readString(PAGE);
        final String code = page.substring(page.indexOf("```java") + "```java".length());
        final String snippet = code.substring(0, code.indexOf("```"));

        assertThat(withoutSpace(Files.readString(SOURCE))).contains(withoutSpace(snippet));
    }

    private static void run(final String channel, final String driver, final Path directory)
            throws InterruptedException {
        Topology topology = Topology.named("payments");
        topology.stream("payments", Codecs.string())
                .map(String::toUpperCase, Codecs.string())
                .to("payments.checked");

        try (JobWorker worker = JobWorker.start(new JobWorkerContext()
                .node(client -> client.channel(channel).aeronDirectoryName(driver))
                .topology(topology)
                .directory(directory)
                .job(new JobContext().threads(2)))) {
            worker.awaitTermination(Duration.ofDays(365));
        }
    }

    private static String withoutSpace(final String text) {
        return text.replaceAll("\\s+", "");
    }
}
