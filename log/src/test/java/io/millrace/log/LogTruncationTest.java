package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.FailingStorage;
import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTruncationTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    private Path root;

    private Path directory;
    private LogStore store;
    private LogPartition partition;
    private long clockNs = 1_000;
    private long nowNs;
    private long sequence;
    private final List<String> appended = new ArrayList<>();

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void shouldRemoveWholeSegmentsBeforeAPosition() {
        givenStore(TopicSpec.named("t"));
        givenSegments(4);

        partition.truncateBefore(2L * SEGMENT_LENGTH + 30_000);

        assertThat(partition.beginPosition()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
        assertThat(partition.isTruncated()).isTrue();
        assertThat(partition.segmentPositions().get(0)).isEqualTo(2L * SEGMENT_LENGTH);
        final List<String> kept = texts(partition);
        assertThat(kept).isNotEmpty().isEqualTo(appended.subList(appended.size() - kept.size(), appended.size()));
        assertThat(files(".tmp")).isZero();
        partition.truncateBefore(2L * SEGMENT_LENGTH);
        partition.truncateBefore(0);
        assertThat(texts(partition)).isEqualTo(kept);
    }

    @Test
    void shouldKeepTheSegmentThatIsAppendedTo() {
        givenStore(TopicSpec.named("t"));
        givenSegments(2);

        partition.truncateBefore(Long.MAX_VALUE);

        assertThat(partition.beginPosition()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
        append();
        assertThat(texts(partition)).endsWith(appended.get(appended.size() - 1));
    }

    @Test
    void shouldRemoveNothingThatADurableCutDoesNotCover() {
        givenStore(TopicSpec.named("t"));
        append();
        store.forceNow();
        while (partition.tailPosition() < 3L * SEGMENT_LENGTH) {
            append();
        }
        final long named = partition.forcing().namedPosition();
        assertThat(named).isLessThan(3L * SEGMENT_LENGTH);

        partition.truncateBefore(3L * SEGMENT_LENGTH);
        assertThat(partition.beginPosition()).isLessThanOrEqualTo(named);

        store.forceNow();
        partition.truncateBefore(3L * SEGMENT_LENGTH);
        assertThat(partition.beginPosition()).isEqualTo(3L * SEGMENT_LENGTH + 4096);
    }

    @Test
    void shouldRememberProducersWhoseRecordsAreGone() throws IOException {
        givenStore(TopicSpec.named("t"));
        append();
        try (ProducerAppender producer = partition.producer(9)) {
            assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, null, 0, 0))
                    .isPositive();
        }
        givenSegments(3);
        partition.truncateBefore(3L * SEGMENT_LENGTH);
        assertThat(texts(partition)).doesNotContain("");

        store.close();
        launch(new FileStorage());

        try (ProducerAppender producer = partition.producer(9)) {
            assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, null, 0, 0))
                    .isEqualTo(Outcome.DUPLICATE);
            assertThat(producer.append(1, RecordKind.DATA, 1, null, 0, 0, null, 0, 0))
                    .isPositive();
        }
    }

    @Test
    void shouldTellAReaderThatWasLeftBehindWhereTheLogBegins() {
        givenStore(TopicSpec.named("t"));
        givenSegments(3);
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> {}, 1);
            final long position = reader.position();
            partition.truncateBefore(2L * SEGMENT_LENGTH);

            // It holds its segment: what is in there it can still read, but not go on behind it.
            final int[] count = new int[1];
            assertThatThrownBy(() -> {
                        while (true) {
                            reader.poll(record -> count[0]++, 10);
                        }
                    })
                    .isInstanceOfSatisfying(PositionGoneException.class, ex -> {
                        assertThat(ex.code()).isEqualTo(ErrorCode.POSITION_GONE);
                        assertThat(ex.position()).isGreaterThan(position).isLessThanOrEqualTo(SEGMENT_LENGTH);
                        assertThat(ex.firstPosition()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
                    })
                    .hasMessageContaining("the position was removed: topic=t partition=0 position=")
                    .hasMessageContaining("first=" + (2L * SEGMENT_LENGTH + 4096));
            assertThat(count[0]).isGreaterThan(40);
            final long stuck = reader.position();
            assertThatThrownBy(() -> reader.poll(record -> {}, 1)).isInstanceOf(PositionGoneException.class);
            assertThatThrownBy(reader::isAtEnd).isInstanceOf(PositionGoneException.class);
            assertThat(reader.position()).isEqualTo(stuck);

            reader.seekToBegin();
            assertThat(reader.position()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
            assertThat(reader.poll(record -> {}, 1)).isOne();
        }
    }

    @Test
    void shouldRefuseToSeekToWhatIsGoneAndStay() {
        givenStore(TopicSpec.named("t"));
        givenSegments(3);
        partition.truncateBefore(2L * SEGMENT_LENGTH);
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> {}, 2);
            final long position = reader.position();

            for (final long gone : new long[] {0, -5, 4096, SEGMENT_LENGTH, 2L * SEGMENT_LENGTH - 8}) {
                assertThatThrownBy(() -> reader.seek(gone)).isInstanceOf(PositionGoneException.class);
                assertThat(reader.position()).isEqualTo(position);
            }

            reader.seek(2L * SEGMENT_LENGTH);
            assertThat(reader.position()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
            reader.seekToEnd();
            assertThat(reader.isAtEnd()).isTrue();
            reader.seekToLogTime(0);
            assertThat(reader.position()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
        }
    }

    @Test
    void shouldTellAReaderOfAnotherStoreWhatIsGoneFromWhatIsNotYetThere() {
        givenStore(TopicSpec.named("t"));
        givenSegments(3);
        try (LogStore other = LogStore.openReadOnly(Records.context(directory));
                LogReader behind = other.topic("t").partition(0).reader();
                LogReader atEnd = other.topic("t").partition(0).reader()) {
            atEnd.seekToEnd();
            assertThat(atEnd.isAtEnd()).isTrue();
            assertThat(behind.position()).isEqualTo(4096);

            partition.truncateBefore(3L * SEGMENT_LENGTH);

            assertThatThrownBy(() -> behind.poll(record -> {}, 1))
                    .isInstanceOfSatisfying(
                            PositionGoneException.class,
                            ex -> assertThat(ex.firstPosition()).isEqualTo(3L * SEGMENT_LENGTH + 4096));
            assertThatThrownBy(() -> behind.seek(4096)).isInstanceOf(PositionGoneException.class);
            assertThat(other.topic("t").partition(0).beginPosition()).isEqualTo(3L * SEGMENT_LENGTH + 4096);
            behind.seekToBegin();
            assertThat(behind.poll(record -> {}, 1)).isOne();
            assertThat(atEnd.poll(record -> {}, 1)).isZero();
            append();
            assertThat(atEnd.poll(record -> {}, 10)).isOne();
            assertThat(other.topic("t").partition(0).tailPosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldFindTheTailInAnotherStoreAlsoWhenAllThatItSawIsGone() {
        givenStore(TopicSpec.named("t"));
        append();
        try (LogStore other = LogStore.openReadOnly(Records.context(directory))) {
            final LogPartition seen = other.topic("t").partition(0);
            assertThat(seen.tailPosition()).isEqualTo(partition.tailPosition());
            givenSegments(8);
            partition.truncateBefore(8L * SEGMENT_LENGTH);

            assertThat(seen.tailPosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldFindTheEndWhenAllRecordsAreOlderAndTheLastSegmentIsFull() {
        givenStore(TopicSpec.named("t"));
        final UnsafeBuffer quarter = new UnsafeBuffer(new byte[(SEGMENT_LENGTH - 4096) / 4 - 40]);
        for (int i = 0; i < 4; i++) {
            partition.appender().append(RecordKind.DATA, 1, null, 0, 0, quarter, 0, quarter.capacity());
        }
        assertThat(partition.tailPosition()).isEqualTo(SEGMENT_LENGTH);
        try (LogReader reader = partition.reader()) {
            reader.seekToLogTime(Long.MAX_VALUE);

            assertThat(reader.isAtEnd()).isTrue();
            assertThat(reader.position()).isEqualTo(SEGMENT_LENGTH);
        }
    }

    @Test
    void shouldKeepAtLeastTheBytesThatTheTopicAsksFor() {
        givenStore(TopicSpec.named("t").retentionBytes(2L * SEGMENT_LENGTH));
        for (int i = 0; i < 10; i++) {
            givenSegments(1);
            nowNs += SECOND_NS;
            work();
            final long kept = partition.tailPosition() - (partition.beginPosition() - 4096);
            assertThat(kept).isGreaterThanOrEqualTo(Math.min(2L * SEGMENT_LENGTH, partition.tailPosition()));
            assertThat(kept).isLessThan(3L * SEGMENT_LENGTH);
        }
        assertThat(partition.beginPosition()).isGreaterThan(7L * SEGMENT_LENGTH);
    }

    @Test
    void shouldRemoveWhatIsOlderThanTheTopicAsksForAlsoWhenNobodyAppends() {
        givenStore(TopicSpec.named("t").retentionTime(Duration.ofNanos(500)));
        givenSegments(2);
        final long lastOfSecond = clockNs;
        work();
        assertThat(partition.beginPosition()).isEqualTo(4096);
        assertThat(partition.isTruncated()).isFalse();

        clockNs = lastOfSecond + 501;
        nowNs += SECOND_NS / 2;
        work();
        assertThat(partition.beginPosition()).isEqualTo(4096);

        nowNs += SECOND_NS / 2;
        work();
        assertThat(partition.beginPosition()).isEqualTo(2L * SEGMENT_LENGTH + 4096);
    }

    @Test
    void shouldRemoveNothingBecauseAClockWasSetBack() {
        givenStore(TopicSpec.named("t").retentionTime(Duration.ofNanos(500)));
        givenSegments(2);

        clockNs = Long.MIN_VALUE + 1;
        nowNs += SECOND_NS;
        work();

        assertThat(partition.beginPosition()).isEqualTo(4096);
    }

    @Test
    void shouldKeepASegmentUntilASnapshotOfTheProducersIsBehindIt() throws IOException {
        givenStore(TopicSpec.named("t"));
        givenSegments(3);
        for (final long end : new long[] {2L * SEGMENT_LENGTH, 3L * SEGMENT_LENGTH}) {
            try (RandomAccessFile file = new RandomAccessFile(snapshot(end).toFile(), "rw")) {
                file.setLength(20);
            }
        }

        partition.truncateBefore(3L * SEGMENT_LENGTH);
        assertThat(partition.beginPosition()).isEqualTo(4096);

        partition.truncateBefore(SEGMENT_LENGTH);
        assertThat(partition.beginPosition()).isEqualTo(SEGMENT_LENGTH + 4096);
    }

    @Test
    void shouldLeaveAWholeLogWhateverStepOfATruncationFails() {
        for (int call = 1; call < 40; call++) {
            directory = root.resolve("failing at " + call);
            appended.clear();
            sequence = 0;
            launch(new FileStorage());
            givenSegments(4);
            store.close();
            final FailingStorage storage = new FailingStorage(new FileStorage(), Long.MAX_VALUE, true, false);
            launch(storage);
            store.forceNow();
            storage.failFrom(storage.callCount() + call);
            try {
                partition.truncateBefore(3L * SEGMENT_LENGTH);
            } catch (final MillraceException ex) {
                assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
            }
            try {
                store.close();
            } catch (final MillraceException ignored) {
                // The disk fails still.
            }
            launch(new FileStorage());
            final List<String> kept = texts(partition);
            assertThat(appended.subList(appended.size() - kept.size(), appended.size()))
                    .as("call %d", call)
                    .isEqualTo(kept);
            try (ProducerAppender producer = partition.producer(1)) {
                assertThat(producer.lastSequence()).as("call %d", call).isEqualTo(sequence - 1);
            }
            store.close();
            store = null;
        }
    }

    private void givenStore(final TopicSpec spec) {
        directory = root.resolve("store");
        store = LogStore.launch(context(new FileStorage()));
        partition = store.createTopic(spec).partition(0);
    }

    private void launch(final Storage storage) {
        store = LogStore.launch(context(storage));
        partition = (store.hasTopic("t") ? store.topic("t") : store.createTopic(TopicSpec.named("t"))).partition(0);
    }

    private LogContext context(final Storage storage) {
        return Records.context(directory).storage(storage).invoked(true).clock(() -> clockNs);
    }

    /** Fills so many segments more, and takes a durable cut. */
    private void givenSegments(final int count) {
        final long end = partition.tailPosition() + (long) count * SEGMENT_LENGTH;
        while (partition.tailPosition() < end) {
            append();
        }
        work();
        store.forceNow();
    }

    private void append() {
        final String text = "record " + appended.size();
        final byte[] bytes = (text + " ".repeat(1000 - text.length())).getBytes();
        clockNs++;
        try (ProducerAppender producer = partition.producer(1)) {
            while (producer.append(sequence, RecordKind.DATA, 1, null, 0, 0, new UnsafeBuffer(bytes), 0, bytes.length)
                    < 0) {
                work();
            }
        }
        sequence++;
        appended.add(new String(bytes));
    }

    private void work() {
        while (store.invokeConductor(nowNs) > 0) {
            continue;
        }
    }

    private Path snapshot(final long position) {
        return directory.resolve("topics/t/0/" + String.format("%020d.producers", position));
    }

    private long files(final String suffix) {
        try (Stream<Path> files = Files.list(directory.resolve("topics/t/0"))) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }
}
