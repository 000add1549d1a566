package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.access.AccessList;
import io.millrace.transport.ClientContext;
import io.millrace.transport.JobAdmin;
import io.millrace.transport.JobContact;
import io.millrace.transport.JobContactContext;
import io.millrace.transport.KeyCredentials;
import io.millrace.transport.KeyFile;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What jobs and people say to a node about jobs, over a real network. */
@Timeout(60)
class JobContactSystemTest {
    private static final JobReport REPORT = new JobReport(JobState.RUNNING, 5, 4, 300, "");

    @TempDir
    private Path directory;

    @Test
    void shouldLetEachPrincipalHaveTheJobsThatTheListAllows() throws IOException {
        final Path keys = directory.resolve("keys");
        KeyFile.add(keys, "alice");
        KeyFile.add(keys, "bob");
        final Path rules = Files.writeString(directory.resolve("acl"), "alice etl* job\nbob other* all\n");
        try (Node node = Node.launch(NodeFixture.context(directory.resolve("store"))
                        .keys(keys)
                        .accessList(AccessList.read(rules)));
                JobAdmin alice = JobAdmin.connect(
                        at(node, new JobAdmin.Context()).credentials(KeyCredentials.of(keys, "alice")));
                JobAdmin bob = JobAdmin.connect(
                        at(node, new JobAdmin.Context()).credentials(KeyCredentials.of(keys, "bob")))) {
            try (JobContact etl =
                    JobContact.connect(at(node, job("etl")).credentials(KeyCredentials.of(keys, "alice")))) {
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    etl.poll(REPORT);
                    assertThat(alice.jobs())
                            .extracting(JobSummary::name, JobSummary::report)
                            .containsExactly(tuple("etl", REPORT));
                });
                assertThat(bob.jobs()).isEmpty();
                assertDenied(() -> bob.stop("etl"));
                assertDenied(
                        () -> JobContact.connect(at(node, job("etl")).credentials(KeyCredentials.of(keys, "bob"))));

                assertThat(alice.stop("etl")).isEqualTo(alice.jobs().get(0).jobKey());

                await().atMost(Duration.ofSeconds(10)).until(() -> {
                    etl.poll(REPORT.with(JobState.STOPPING, ""));
                    return etl.isStopRequested();
                });
                assertThat(alice.jobs().get(0).report().state()).isEqualTo(JobState.STOPPING);
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> alice.jobs().isEmpty());
        }
    }

    @Test
    void shouldTellANodeThatWasStartedAnewOfTheJob() throws IOException {
        final int port;
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            port = socket.getLocalPort();
        }
        Node node = Node.launch(NodeFixture.context(directory.resolve("store")).port(port));
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                        .aeronDirectoryName(directory.resolve("driver").toString())
                        .threadingMode(ThreadingMode.SHARED)
                        .termBufferSparseFile(true)
                        .publicationTermBufferLength(ProtocolDescriptor.TERM_LENGTH)
                        .dirDeleteOnShutdown(true));
                JobContact etl = JobContact.connect(job("etl")
                        .aeronDirectoryName(driver.aeronDirectoryName())
                        .channel("aeron:udp?endpoint=127.0.0.1:" + port)
                        .timeoutNs(TimeUnit.SECONDS.toNanos(2)))) {
            node.close();
            node = Node.launch(NodeFixture.context(directory.resolve("store")).port(port));
            try (JobAdmin admin = JobAdmin.connect(at(node, new JobAdmin.Context()))) {
                await().atMost(Duration.ofSeconds(20)).until(() -> {
                    etl.poll(REPORT);
                    return admin.jobs().stream().anyMatch(job -> job.report().equals(REPORT));
                });
                assertThat(etl.reconnectCount()).isEqualTo(1);
                assertThat(admin.jobs())
                        .singleElement()
                        .satisfies(job -> assertThat(job.restarts()).isZero());
            }
        } finally {
            node.close();
        }
    }

    private static JobContactContext job(final String name) {
        return new JobContactContext().name(name).host("here").topology("a -> b");
    }

    private static <T extends ClientContext<T>> T at(final Node node, final T context) {
        return context.aeronDirectoryName(node.aeronDirectoryName())
                .channel(node.ingressChannel())
                .streamId(node.ingressStreamId());
    }

    private static void assertDenied(final ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
                .hasMessage(
                        "not allowed: principal=bob operation=job job=etl; ask for a line in the node's access list");
    }
}
