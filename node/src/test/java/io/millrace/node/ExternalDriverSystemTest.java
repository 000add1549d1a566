package io.millrace.node;

import static io.millrace.node.NodeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.CncFileDescriptor;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.SettingSource;
import io.millrace.transport.Publisher;
import java.io.File;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an external media driver can be given, and what an embedded one has. */
@Timeout(60)
class ExternalDriverSystemTest {
    private static final int LIMIT = 4;

    @TempDir
    private Path directory;

    @Test
    void shouldHoldStrangersToTheLimitsThatTheSecurityPageTellsToSet() throws Exception {
        // The two properties of docs/security.md, set in this process.
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                        .aeronDirectoryName(directory.resolve("driver").toString())
                        .threadingMode(ThreadingMode.SHARED)
                        .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                        .termBufferSparseFile(true)
                        .dirDeleteOnShutdown(true)
                        .receiveChannelEndpointSupplier(new GuardedReceiveEndpoints())
                        .streamSessionLimit(LIMIT));
                Node node = givenNode(driver)) {
            NodeFixture.givenTopic(node, NodeFixture.TOPIC, 2);
            final SplittableRandom random = new SplittableRandom(1);
            try (Forgery forgery = new Forgery(node, random);
                    Publisher publisher = NodeFixture.givenPublisher(node, "feed")) {
                for (int i = 0; i < 20; i++) {
                    forgery.setup(random.nextInt(), 0, 1 << 30);
                }
                NodeFixture.publishAll(publisher, NodeFixture.givenValues(20, 1));
                assertThat(IngressStreams.count(node)).isEqualTo(1);

                await("strangers have taken what there is", () -> {
                    forgery.setup(random.nextInt(), 0, 1 << 16);
                    return IngressStreams.count(node) == LIMIT;
                });
                for (int i = 0; i < 20; i++) {
                    forgery.setup(random.nextInt(), 0, 1 << 16);
                }
                NodeFixture.publishAll(publisher, NodeFixture.givenValues(40, 1).subList(20, 40));
                assertThat(IngressStreams.count(node)).isEqualTo(LIMIT);
            }
        }
    }

    @Test
    void shouldGoOnAfterAStopForAsLongAsTheSettingSays() {
        try (Node node = Node.launch(NodeContext.of(settings(SettingSource.option("stall.timeout", "90s", "--set"))))) {
            final long stallNs = TimeUnit.SECONDS.toNanos(90);
            assertThat(node.aeron().context().interServiceTimeoutNs()).isEqualTo(stallNs);
            assertThat(node.aeron().context().driverTimeoutMs()).isEqualTo(TimeUnit.NANOSECONDS.toMillis(stallNs));
            final MappedByteBuffer cnc = IoUtil.mapExistingFile(
                    new File(node.aeronDirectoryName(), CncFileDescriptor.CNC_FILE), CncFileDescriptor.CNC_FILE);
            try {
                assertThat(CncFileDescriptor.clientLivenessTimeoutNs(CncFileDescriptor.createMetaDataBuffer(cnc)))
                        .isEqualTo(stallNs);
            } finally {
                IoUtil.unmap(cnc);
            }
        }
    }

    private Node givenNode(final MediaDriver driver) {
        return Node.launch(NodeContext.of(
                settings(SettingSource.option("aeron.directory", driver.aeronDirectoryName(), "--set"))));
    }

    private NodeSettings settings(final SettingSource.Entry more) {
        return NodeSettings.resolve(List.of(new SettingSource(List.of(
                SettingSource.option("dir", directory.resolve("store").toString(), "--dir"),
                SettingSource.option("port", "0", "--port"),
                SettingSource.option("segment.length", "64KiB", "--set"),
                more))));
    }
}
