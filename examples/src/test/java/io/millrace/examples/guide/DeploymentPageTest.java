package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobCounters;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.TopicReader;
import io.millrace.streams.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/deployment.md. */
class DeploymentPageTest {
    @TempDir
    Path directory;

    private static Topology topology() {
        final Topology topology = Topology.named("payments");
        topology.stream("payments", Codecs.string())
                .map(String::toUpperCase, Codecs.string())
                .to("payments.checked");
        return topology;
    }

    static final class PaymentService implements AutoCloseable {
        private final LogStore store;
        private final Job job;

        PaymentService(Path directory) {
            store = LogStore.launch(new LogContext().directory(directory).segmentLength(16 << 20));
            if (!store.hasTopic("payments")) {
                store.createTopic(TopicSpec.named("payments")
                        .partitions(2)
                        .durability(Durability.POWER)
                        .retentionTime(Duration.ofDays(30)));
            }
            job = Job.start(store, topology(), new JobContext().threads(2).replicas(2));
        }

        boolean isHealthy() {
            return job.failure() == null;
        }

        String figures() {
            JobCounters counters = job.counters();
            return "in " + counters.recordsIn() + ", out " + counters.recordsOut() + ", late " + counters.lateRecords()
                    + ", skipped " + counters.skippedRecords();
        }

        @Override
        public void close() {
            job.close(); // takes a last checkpoint
            store.close();
        }
    }

    @Test
    void shouldServeStopAndGoOnAlsoInACopy() throws Exception {
        GuidePage.of("deployment.md").assertIsCompiledIn(DeploymentPageTest.class);
        final Path data = directory.resolve("data");
        try (PaymentService service = new PaymentService(data)) {
            final TopicAppender<String> payments = TopicAppender.open(service.store, "payments", Codecs.string());
            for (int i = 0; i < 8; i++) {
                payments.append(i, "payment " + i);
            }
            awaitOutputs(service, 8);
            assertThat(service.isHealthy()).isTrue();
            assertThat(service.figures()).isEqualTo("in 8, out 8, late 0, skipped 0");
        }

        final Path backup = directory.resolve("backup");
        copy(data, backup);
        try (PaymentService restored = new PaymentService(backup)) {
            TopicAppender.open(restored.store, "payments", Codecs.string()).append(8, "payment 8");
            awaitOutputs(restored, 9);
        }
    }

    private static void awaitOutputs(final PaymentService service, final int count) {
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (outputs(service.store) < count) {
            assertThat(System.nanoTime()).as("outputs in time").isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
        assertThat(outputs(service.store)).isEqualTo(count);
    }

    private static long outputs(final LogStore store) {
        try (TopicReader<String> reader = TopicReader.open(store, "payments.checked", Codecs.string())) {
            return reader.readAll(record -> {});
        }
    }

    // As `cp -a` does.
    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (final Path path : paths.toList()) {
                final Path target = to.resolve(from.relativize(path).toString());
                Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void shouldKeepFilesForTheirOwner() throws IOException {
        final Path data = directory.resolve("data");
        new PaymentService(data).close();

        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(data.resolve("producers"));

        assertThat(permissions)
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }
}
