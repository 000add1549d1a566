package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.KeyHash;
import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicAppenderTest {
    @TempDir
    Path directory;

    private LogContext context;

    @BeforeEach
    void setUp() {
        context = new LogContext().directory(directory).segmentLength(1 << 16);
    }

    @Test
    void shouldDealValuesOutToAllPartitionsAndTellEachOfTheEnd() {
        try (LogStore store = LogStore.launch(context)) {
            store.createTopic(TopicSpec.named("words").partitions(2));
            final TopicAppender<String> words = TopicAppender.open(store, "words", Codecs.string());

            words.append(1, "a");
            words.append(2, "b");
            words.append(3, "c");
            words.end();

            assertThat(read(store, 0)).containsExactly("a@1", "c@3", "watermark " + Long.MAX_VALUE);
            assertThat(read(store, 1)).containsExactly("b@2", "watermark " + Long.MAX_VALUE);
        }
    }

    @Test
    void shouldPutAValueWhereTheHashOfItsKeySays() {
        try (LogStore store = LogStore.launch(context)) {
            store.createTopic(TopicSpec.named("words").partitions(2));
            final TopicAppender<String> words = TopicAppender.open(store, "words", Codecs.string());

            for (long key = 0; key < 20; key++) {
                words.append(key, Codecs.int64(), key, "v" + key);
            }

            for (long key = 0; key < 20; key++) {
                final UnsafeBuffer bytes = new UnsafeBuffer(new byte[Long.BYTES]);
                bytes.putLong(0, key, ByteOrder.LITTLE_ENDIAN);
                assertThat(read(store, KeyHash.partition(bytes, 0, Long.BYTES, 2)))
                        .contains("v" + key + "@" + key);
            }
        }
    }

    @Test
    void shouldDeleteKeysWhereTheirValuesAre() {
        final Topology topology = Topology.named("job");
        topology.table("table", "words", Codecs.int64(), Codecs.string())
                .changes()
                .mapWithKey(
                        (key, change) -> key + (change.isDelete() ? " was " + change.before() : ""), Codecs.string())
                .to("out");
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("words", 2);
            final TopicAppender<String> words = TopicAppender.open(fixture.store(), "words", Codecs.string());

            for (long key = 0; key < 20; key++) {
                words.append(key, Codecs.int64(), key, "v" + key);
                words.delete(key, Codecs.int64(), key);
            }
            words.end();
            fixture.run(topology);

            assertThat(fixture.values("out")).hasSize(40).contains("0", "0 was v0", "19", "19 was v19");
        }
    }

    @Test
    void shouldRefuseAnEmptyKey() {
        try (LogStore store = LogStore.launch(context)) {
            final TopicAppender<String> words = TopicAppender.open(store, "words", Codecs.string());
            assertThatThrownBy(() -> words.delete(1, Codecs.string(), "")).isInstanceOf(IllegalArgumentException.class);

            assertThatThrownBy(() -> words.append(1, Codecs.string(), "", "v"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a key is 1 to 65535 bytes long, this one has 0: topic=words");
        }
    }

    @Test
    void shouldMakeTheTopicIfThereIsNoneAndGoOnInItIfThereIs() {
        try (LogStore store = LogStore.launch(context)) {
            TopicAppender.open(store, "words", Codecs.string()).append(1, "a");
            TopicAppender.open(store, "words", Codecs.string()).append(2, "b");

            assertThat(read(store, 0)).containsExactly("a@1", "b@2");
        }
    }

    @Test
    void shouldWaitForSegmentsAndLoseNothing() {
        final int values = 5_000;
        try (LogStore store = LogStore.launch(context)) {
            final TopicAppender<String> words = TopicAppender.open(store, "words", Codecs.string());
            for (int i = 0; i < values; i++) {
                words.append(i, "a word that fills segments " + i);
            }

            assertThat(read(store, 0)).hasSize(values).endsWith("a word that fills segments 4999@4999");
        }
    }

    @Test
    void shouldSayWhatIsTooLongAndWhatIsClosed() {
        final TopicAppender<String> words;
        try (LogStore store = LogStore.launch(context)) {
            words = TopicAppender.open(store, "words", Codecs.string());
            assertThatThrownBy(() -> words.append(1, "x".repeat(1 << 16)))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("topic=words partition=0 length=65536 outcome=RECORD_TOO_LONG");
        }
        assertThatThrownBy(() -> words.append(1, "a")).hasMessageContaining("outcome=CLOSED");
    }

    private static List<String> read(final LogStore store, final int partition) {
        final List<String> records = new ArrayList<>();
        try (LogReader reader = store.topic("words").partition(partition).reader()) {
            while (reader.poll(
                            record -> records.add(
                                    record.kind() == RecordKind.WATERMARK
                                            ? "watermark " + record.eventTimeNs()
                                            : record.buffer()
                                                            .getStringWithoutLengthUtf8(
                                                                    record.valueOffset(), record.valueLength())
                                                    + "@" + record.eventTimeNs()),
                            1_000)
                    > 0) {
                // Read on to the end.
            }
        }
        return records;
    }
}
