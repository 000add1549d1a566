package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that are altered while they are in use. */
class TopicAlterationTest {
    private static final TopicSpec SPEC = TopicSpec.named("t").segmentLength(Records.SEGMENT_LENGTH);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path directory;

    private long nowNs = SECOND_NS;

    @Test
    void shouldKeepTheAlteredTopicThroughAReopenAndLeaveTheRecordsAlone() {
        final TopicSpec altered = SPEC.retentionBytes(1 << 30)
                .retentionTime(Duration.ofDays(3))
                .compacted(true)
                .tombstoneRetention(Duration.ofHours(1));
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final LogTopic topic = store.createTopic(SPEC);
            store.createTopic(TopicSpec.named("source"));
            store.derives("source", "t");
            Records.append(topic.partition(0).appender(), "a record");

            assertThat(store.alterTopic(altered.segmentLength(Records.SEGMENT_LENGTH)))
                    .isSameAs(topic);
            assertThat(topic.spec()).isEqualTo(altered);
        }
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            assertThat(store.topic("t").spec()).isEqualTo(altered);
            assertThat(store.topic("t").sources()).containsExactly(store.topic("source"));
            assertThat(Records.texts(store.topic("t").partition(0))).containsExactly("a record");
        }
    }

    @Test
    void shouldRemoveAtOnceWhatNeedNotBeKeptAnyLonger() {
        try (LogStore store = InvokedLog.launch(Records.context(directory))) {
            final LogTopic topic = store.createTopic(SPEC);
            fill(store, topic, 3);
            assertThat(topic.partition(0).isTruncated()).isFalse();

            store.alterTopic(SPEC.retentionBytes(1));
            work(store);

            assertThat(topic.partition(0).isTruncated()).isTrue();
        }
    }

    @Test
    void shouldKeepAllFromThenOnWhenTheLimitIsTakenAway() {
        try (LogStore store = InvokedLog.launch(Records.context(directory))) {
            final LogTopic topic = store.createTopic(SPEC.retentionBytes(1));
            store.alterTopic(SPEC);
            fill(store, topic, 3);

            assertThat(topic.partition(0).isTruncated()).isFalse();
        }
    }

    @Test
    void shouldCompactATopicForWhichThatIsTurnedOn() {
        try (LogStore store = InvokedLog.launch(Records.context(directory))) {
            final LogTopic topic = store.createTopic(SPEC);
            fill(store, topic, 3);
            assertThat(store.invokeCompactor(nowNs)).isZero();

            store.alterTopic(SPEC.compacted(true));
            store.alterTopic(SPEC.compacted(true).retentionTime(Duration.ofDays(1)));

            assertThat(store.invokeCompactor(nowNs)).isPositive();
        }
    }

    @Test
    void shouldRefuseInOneLineEverythingElse() {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            store.createTopic(SPEC.compacted(true));

            assertThatThrownBy(() ->
                            store.alterTopic(TopicSpec.named("t").partitions(3).durability(Durability.POWER)))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                    .hasMessage("cannot be changed of a topic: topic=t partitions=1 wanted=3 durability=PROCESS"
                            + " wanted=POWER compacted=true wanted=false; retention and tombstone retention can, and"
                            + " compaction can be turned on; for the rest create another topic");
            assertThat(store.topic("t").spec()).isEqualTo(SPEC.compacted(true));
            assertThatThrownBy(() -> store.alterTopic(TopicSpec.named("other"))).hasMessageContaining("no such topic");
        }
    }

    /** Appends records of one key until some segments are full and named by both cuts. */
    private void fill(final LogStore store, final LogTopic topic, final int segments) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[1024]);
        final LogPartition partition = topic.partition(0);
        final LogAppender appender = partition.appender();
        while (partition.tailPosition() < (long) segments * Records.SEGMENT_LENGTH) {
            if (appender.append(RecordKind.DATA, 1, bytes, 0, 8, bytes, 8, 1000) < 0) {
                work(store);
            }
        }
        for (int i = 0; i < 3; i++) {
            appender.append(RecordKind.DATA, 1, bytes, 0, 8, bytes, 8, 1000);
            work(store);
            store.forceNow();
        }
        work(store);
    }

    private void work(final LogStore store) {
        for (int i = 0; i < 4; i++) {
            nowNs += SECOND_NS;
            store.invokeConductor(nowNs);
        }
    }
}
