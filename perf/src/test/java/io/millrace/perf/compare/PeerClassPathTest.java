package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerClassPathTest {
    @TempDir
    private Path peers;

    @Test
    void shouldAddThePeersJarAndWhatItNeeds() throws IOException {
        final Path target = Files.createDirectories(peers.resolve("kafka/target"));
        final Path jar = Files.createFile(target.resolve("millrace-perf-kafka-1.jar"));
        Files.writeString(target.resolve("peer.classpath"), "/a.jar:/b.jar\n");

        assertThat(PeerClassPath.of(peers, "kafka")).isEqualTo(":" + jar + ":/a.jar:/b.jar");
    }

    @Test
    void shouldSayHowToBuildAPeerThatIsNotThere() {
        assertThatThrownBy(() -> PeerClassPath.of(peers, "kafka"))
                .isInstanceOf(PerfException.class)
                .hasMessageContaining("the classes of kafka are not built")
                .hasMessageContaining("mvn -pl perf/peers/kafka");
    }

    @Test
    void shouldAddNothingForAPeerThatIsHere() throws IOException {
        assertThat(PeerClassPath.of("")).isEmpty();
    }

    @Test
    void shouldReadThePeersVersionOffItsJar() {
        assertThat(PeerClassPath.version("/m/kafka_2.13-4.4.0.jar:/m/kafka-clients-4.4.0.jar", "kafka"))
                .isEqualTo("4.4.0");
        assertThat(PeerClassPath.version("/m/scala-library-2.13.jar", "kafka")).isEmpty();
    }
}
