package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicSpec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Async;
import io.millrace.streams.Codecs;
import io.millrace.streams.SideFile;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Topology;
import io.millrace.transport.Publisher;
import io.millrace.worker.JobWorker;
import io.millrace.worker.JobWorkerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps of a job that have topics or files of their own, in a worker, over a start in the same directory. */
@Timeout(60)
class JobWorkerStepsSystemTest {
    private static final int SEGMENT_LENGTH = 64 * 1024;

    @TempDir
    private Path directory;

    @Test
    void shouldAskTheOutsideReadTablesAndFilesAndSendLetters() throws IOException {
        Files.writeString(directory.resolve("countries"), "at,Austria\nbe,Belgium\n");
        try (Node node = Node.launch(NodeFixture.context(directory.resolve("home")))) {
            node.store()
                    .createTopic(TopicSpec.named("rates")
                            .partitions(1)
                            .segmentLength(SEGMENT_LENGTH)
                            .compacted(true));
            NodeFixture.givenTopic(node, "orders", 1);
            publish(node, "rates", "gold", "1");
            publish(node, "orders", "", "at");
            try (JobWorker worker = JobWorker.start(context(node))) {
                publish(node, "orders", "", "bad");
                publish(node, "orders", "", "be");
                awaitSent(worker, 4);
            }
            Files.writeString(directory.resolve("countries"), "at,Austria\nbe,Belgie\n");
            publish(node, "rates", "gold", "2");
            publish(node, "orders", "", "be");
            publish(node, "orders", "", "bad again");
            try (JobWorker worker = JobWorker.start(context(node))) {
                awaitSent(worker, 3);
            }

            assertThat(values(node, "named"))
                    .containsExactly("at asked Austria", "be asked Belgium", "be asked Belgie");
            assertThat(values(node, "rated")).containsExactly("rate 1", "rate 2");
            assertThat(values(node, "letters"))
                    .satisfiesExactly(
                            letter -> assertThat(letter).endsWith("bad"),
                            letter -> assertThat(letter).endsWith("bad again"));
            assertThat(node.store().hasTopic("countries.rows")).isFalse();
        }
    }

    private JobWorkerContext context(final Node node) {
        final Topology topology = Topology.named("steps");
        topology.<String, String>table("rates-table", "rates", Codecs.string(), Codecs.string())
                .mapValues(rate -> "rate " + rate, Codecs.string())
                .to("rated", Codecs.string());
        final SourceTable<String, String> countries = topology.tableFromFile(
                "countries",
                "countries.rows",
                SideFile.lines(directory.resolve("countries"), Codecs.string(), Codecs.string(), line -> {
                    final String[] fields = line.split(",");
                    return Map.entry(fields[0], fields[1]);
                }));
        topology.stream("orders", Codecs.string())
                .map(JobWorkerStepsSystemTest::checked, Codecs.string())
                .onError(ErrorPolicy.deadLetter("letters"))
                .mapAsync(
                        "ask",
                        order -> CompletableFuture.completedFuture(order + " asked"),
                        Async.atMost(4),
                        Codecs.string())
                .leftJoin("named-join", countries.broadcast(), order -> order.split(" ")[0])
                .map(pair -> pair.left() + " " + pair.right(), Codecs.string())
                .to("named");
        return new JobWorkerContext()
                .node(client ->
                        client.aeronDirectoryName(node.aeronDirectoryName()).channel(node.ingressChannel()))
                .topology(topology)
                .directory(directory.resolve("steps"))
                .log(log -> log.segmentLength(SEGMENT_LENGTH));
    }

    private static String checked(final String order) {
        if (order.startsWith("bad")) {
            throw new IllegalArgumentException(order);
        }
        return order;
    }

    private static void publish(final Node node, final String topic, final String key, final String value) {
        try (Publisher publisher = Publisher.connect(
                NodeFixture.publisherContext(node, "feed-" + value).topic(topic))) {
            publisher.resumeAt(0, publisher.lastSequence(0) + 1);
            publisher.offer(1, text(key), 0, key.length(), text(value), 0, value.length());
            NodeFixture.await("published", () -> {
                publisher.poll();
                return publisher.isFullyAcknowledged();
            });
        }
    }

    private static void awaitSent(final JobWorker worker, final int count) {
        NodeFixture.await(
                "sent", () -> worker.failure() != null || worker.counters().acknowledgedRecords() >= count);
        assertThat(worker.failure()).isNull();
    }

    private static List<String> values(final Node node, final String topic) {
        return CountingJob.records(node.store().topic(topic)).stream()
                .flatMap(List::stream)
                .filter(text -> !text.startsWith("kind="))
                .map(text -> text.substring(0, text.indexOf(" key=")))
                .toList();
    }

    private static UnsafeBuffer text(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
