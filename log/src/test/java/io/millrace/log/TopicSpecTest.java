package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSpecTest {
    @TempDir
    private Path directory;

    @Test
    void shouldKeepWhatWasSetThroughAReopen() {
        final TopicSpec spec = TopicSpec.named("t")
                .partitions(2)
                .segmentLength(Records.SEGMENT_LENGTH)
                .internal(true)
                .retentionBytes(5L << 32)
                .retentionTime(Duration.ofDays(400))
                .compacted(true)
                .tombstoneRetention(Duration.ofMillis(3));
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            store.createTopic(spec);
        }

        try (LogStore store = LogStore.launch(Records.context(directory))) {
            assertThat(store.topic("t").spec()).isEqualTo(spec).hasSameHashCodeAs(spec);
            assertThat(store.topic("t").spec()).hasToString(spec.toString());
        }
    }

    @Test
    void shouldKeepEverythingUnlessToldOtherwise() {
        final TopicSpec spec = TopicSpec.named("t");

        assertThat(spec.retentionBytes()).isZero();
        assertThat(spec.retentionTime()).isNull();
        assertThat(spec.isCompacted()).isFalse();
        assertThat(spec.tombstoneRetention()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void shouldOpenATopicOfAReleaseThatKnewNoRetention() throws IOException {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            store.createTopic(TopicSpec.named("t"));
        }
        final Path file = directory.resolve("topics/t/topic.properties");
        final List<String> lines = Files.readAllLines(file);
        lines.removeIf(line -> line.startsWith("retention")
                || line.contains("compacted")
                || line.contains("tombstone")
                || line.startsWith("key.hash"));
        assertThat(lines).hasSize(6);
        Files.write(file, lines);

        try (LogStore store = LogStore.launch(Records.context(directory))) {
            assertThat(store.topic("t").spec()).isEqualTo(TopicSpec.named("t").segmentLength(Records.SEGMENT_LENGTH));
        }
    }

    @Test
    void shouldRefuseATopicWhoseKeysAreSpreadByAFunctionItDoesNotKnow() throws IOException {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            assertThat(store.createTopic(TopicSpec.named("t").keyHash("murmur2"))
                            .spec()
                            .keyHash())
                    .isEqualTo(KeyHash.ID);
        }
        final Path file = directory.resolve("topics/t/topic.properties");
        Files.writeString(file, Files.readString(file).replace("key.hash=murmur2", "key.hash=sip\\u000a13"));

        assertThatThrownBy(() -> LogStore.launch(Records.context(directory)))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION))
                .hasMessageContaining("key.hash=sip\\n13 known=murmur2");
        assertThatThrownBy(() -> TopicSpec.named("t").keyHash("sip13"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such key hash: sip13; there is only murmur2");
    }

    @Test
    void shouldSayWhichSettingOfATopicFileIsDamaged() throws IOException {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            store.createTopic(TopicSpec.named("t"));
        }
        final Path file = directory.resolve("topics/t/topic.properties");
        Files.writeString(file, Files.readString(file).replace("retention.bytes=0", "retention.bytes=many"));

        assertThatThrownBy(() -> LogStore.launch(Records.context(directory)))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT))
                .hasMessageContaining("retention.bytes=many expected=a number");
    }

    @Test
    void shouldTellTopicsApartByTheirRetention() {
        final TopicSpec spec = TopicSpec.named("t");

        assertThat(spec.retentionBytes(1)).isNotEqualTo(spec);
        assertThat(spec.retentionTime(Duration.ofSeconds(1))).isNotEqualTo(spec);
        assertThat(spec.compacted(true)).isNotEqualTo(spec);
        assertThat(spec.tombstoneRetention(Duration.ZERO)).isNotEqualTo(spec);
        assertThat(spec.retentionBytes(1).retentionTime(null).retentionBytes(0)).isEqualTo(spec);
    }

    @Test
    void shouldRefuseRetentionThatMeansNothing() {
        final TopicSpec spec = TopicSpec.named("t");

        assertThatThrownBy(() -> spec.retentionBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.retentionTime(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec.retentionTime(Duration.ofDays(365 * 300)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("292 years");
        assertThatThrownBy(() -> spec.tombstoneRetention(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
