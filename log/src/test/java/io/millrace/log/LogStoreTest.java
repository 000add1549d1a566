package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStoreTest {
    private static final int SEGMENT_LENGTH = 64 * 1024;

    @TempDir
    private Path directory;

    @Test
    void shouldReadBackWhatWasAppendedAfterAReopen() {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("orders").partitions(2)).partition(1);
            final LogAppender appender = partition.appender();
            assertThat(append(appender, "k", "one")).isEqualTo(4096);
            assertThat(append(appender, "k", "two")).isEqualTo(4096 + 48);
            assertThat(values(partition)).containsExactly("one", "two");
        }

        try (LogStore store = launch()) {
            final LogPartition partition = store.topic("orders").partition(1);
            assertThat(partition.tailPosition()).isEqualTo(4096 + 96);
            append(partition.appender(), "k", "three");
            assertThat(values(partition)).containsExactly("one", "two", "three");
            assertThat(values(store.topic("orders").partition(0))).isEmpty();
        }
    }

    @Test
    void shouldDropWhatAProducerSendsAgain() {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[8]);
        final int producerId;
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("orders")).partition(0);
            producerId = store.producerId("feed");
            assertThat(store.producerId("other")).isEqualTo(producerId + 1);
            try (ProducerAppender producer = partition.producer(producerId)) {
                assertThat(producer.lastSequence()).isEqualTo(-1);
                assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, value, 0, 8))
                        .isPositive();
                assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, value, 0, 8))
                        .isEqualTo(Outcome.DUPLICATE);
                assertThatThrownBy(() -> producer.append(2, RecordKind.DATA, 1, null, 0, 0, value, 0, 8))
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                ex -> assertThat(ex.code()).isEqualTo(ErrorCode.SEQUENCE_GAP))
                        .hasMessageContaining("expected=1 actual=2");
                assertThatThrownBy(() -> partition.producer(producerId)).isInstanceOf(IllegalStateException.class);
            }
        }

        try (LogStore store = launch()) {
            assertThat(store.producerId("feed")).isEqualTo(producerId);
            try (ProducerAppender producer = store.topic("orders").partition(0).producer(producerId)) {
                assertThat(producer.lastSequence()).isZero();
                assertThat(producer.append(1, RecordKind.DATA, 1, null, 0, 0, value, 0, 8))
                        .isPositive();
            }
        }
    }

    @Test
    void shouldNameTheOwnerOfADirectoryInUse() {
        try (LogStore store = launch()) {
            assertThat(store.directory()).isEqualTo(directory);
            assertThatThrownBy(this::launch)
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORE_IN_USE))
                    .hasMessage("directory " + directory + " is owned by process "
                            + ProcessHandle.current().pid() + "; stop it or choose another directory");
        }
        launch().close();
    }

    @Test
    void shouldRefuseADirectoryThatBelongsToSomethingElse() throws Exception {
        Files.writeString(directory.resolve("thesis.txt"), "precious");

        assertThatThrownBy(this::launch)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining("not empty and not a store");
        assertThat(directory).isDirectoryContaining(path -> path.endsWith("thesis.txt"));
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void shouldShowNewTopicsAndRecordsToAStoreOpenedForReadingOnly() {
        try (LogStore store = launch();
                LogStore tail = LogStore.openReadOnly(context())) {
            assertThat(tail.hasTopic("orders")).isFalse();
            assertThatThrownBy(() -> tail.topic("orders"))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));

            final LogAppender appender =
                    store.createTopic(TopicSpec.named("orders")).partition(0).appender();
            append(appender, "k", "one");

            final LogPartition partition = tail.topic("orders").partition(0);
            assertThat(values(partition)).containsExactly("one");
            assertThat(partition.tailPosition()).isEqualTo(4096 + 48);
            assertThatThrownBy(partition::appender).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldPrintANameThatIsNotAllowedInOneLine() {
        final String name = "a\nb\u001b[31m\u2028c";
        try (LogStore store = launch()) {
            assertThatThrownBy(() -> store.topic(name))
                    .hasMessageContaining("no such topic: topic=a\\nb\\u001b[31m\\u2028c directory=");
            assertThatThrownBy(() -> TopicSpec.named(name)).hasMessageEndingWith(": a\\nb\\u001b[31m\\u2028c");
            assertThatThrownBy(() -> store.producerId(name)).hasMessageEndingWith(": a\\nb\\u001b[31m\\u2028c");
        }
    }

    @Test
    void shouldTellADirectoryThatDoesNotExistFromOneThatIsNoStore() {
        final Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> LogStore.openReadOnly(new LogContext().directory(missing)))
                .hasMessage("directory does not exist: " + missing + "; choose another one");
        assertThatThrownBy(() -> LogStore.openReadOnly(new LogContext().directory(directory)))
                .hasMessage("directory is not a store: " + directory + "; choose another one");
    }

    @Test
    void shouldRefuseToFindAProducerInAClosedStoreOpenedForReadingOnly() {
        launch().close();
        final LogStore store = LogStore.openReadOnly(context());
        assertThat(store.producerId("feed")).isZero();

        store.close();

        assertThatThrownBy(() -> store.producerId("feed"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the store is closed");
    }

    private LogStore launch() {
        return LogStore.launch(context());
    }

    private LogContext context() {
        return new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH);
    }

    private static long append(final LogAppender appender, final String key, final String value) {
        final byte[] keyBytes = key.getBytes(StandardCharsets.US_ASCII);
        final byte[] valueBytes = value.getBytes(StandardCharsets.US_ASCII);
        return appender.append(
                RecordKind.DATA,
                7,
                new UnsafeBuffer(keyBytes),
                0,
                keyBytes.length,
                new UnsafeBuffer(valueBytes),
                0,
                valueBytes.length);
    }

    private static List<String> values(final LogPartition partition) {
        final List<String> values = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(
                            record -> values.add(record.buffer()
                                    .getStringWithoutLengthAscii(record.valueOffset(), record.valueLength())),
                            10)
                    > 0) {
                assertThat(reader.position()).isPositive();
            }
            assertThat(reader.isAtEnd()).isTrue();
        }
        return values;
    }
}
