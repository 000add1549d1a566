package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.FaultyStorage.Fault;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Segments that are too long to be prepared in one duty cycle of the conductor. */
class SegmentPreparationTest {
    private static final int SEGMENT_LENGTH = 2 * SegmentPreparation.SHORT_LENGTH;
    private static final int MOST_CYCLES = 1_000;
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final UnsafeBuffer VALUE = new UnsafeBuffer(new byte[16 * 1024]);

    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private long nowNs = 1;

    @BeforeEach
    void expectFailures() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(null);
    }

    @Test
    void shouldPrepareInManyShortStepsWhileAnAppenderIsSlow() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            final LogAppender appender = partition.appender();
            int cycles = 0;
            do {
                append(appender, 8);
                assertThat(store.invokeConductor(nowNs++)).isZero();
                cycles++;
            } while (partition.isPreparing());

            assertThat(cycles).isBetween(SEGMENT_LENGTH / SegmentPreparation.MIN_STEP_LENGTH, MOST_CYCLES);
        }
    }

    @Test
    void shouldPrepareInLongerStepsInSilence() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            append(partition.appender(), 8);

            assertThat(cyclesUntilPrepared(store, partition))
                    .isLessThan(SEGMENT_LENGTH / SegmentPreparation.MIN_STEP_LENGTH);
        }
    }

    @Test
    void shouldGoOnWithoutAPauseUntilAnAppenderThatWaitsCanGoOn() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            final LogAppender appender = partition.appender();
            fill(appender);

            int cycles = 0;
            while (partition.isPreparing()) {
                assertThat(store.invokeConductor(nowNs++)).isPositive();
                cycles++;
            }

            assertThat(cycles).isBetween(2, 20);
            assertThat(append(appender, 8)).isPositive();
        }
    }

    @Test
    void shouldBeReadyInTimeForAnAppenderThatGoesOnSteadily() {
        try (LogStore store = launch(storage)) {
            final LogAppender appender = createTopic(store, 1).partition(0).appender();
            for (long appended = 0; appended < 5L * SEGMENT_LENGTH; appended += VALUE.capacity()) {
                assertThat(append(appender, VALUE.capacity())).isPositive();
                store.invokeConductor(nowNs++);
            }
        }
    }

    @Test
    void shouldPrepareOnlyOnePartitionAheadOfItsAppendersAtATime() {
        try (LogStore store = launch(storage)) {
            final LogTopic topic = createTopic(store, 3);
            for (int i = 0; i < 3; i++) {
                append(topic.partition(i).appender(), 8);
            }
            while (isAnyPreparing(topic)) {
                store.invokeConductor(nowNs++);
                assertThat(temporaryFiles()).hasSizeLessThan(2);
            }
        }
    }

    @Test
    void shouldFollowOtherPartitionsBetweenTheSteps() {
        try (LogStore store = launch(storage)) {
            final LogTopic topic = createTopic(store, 2);
            fill(topic.partition(0).appender());
            Records.append(topic.partition(1).appender(), "a");

            store.invokeConductor(nowNs++);

            assertThat(topic.partition(0).isPreparing()).isTrue();
            try (LogReader reader = topic.partition(1).reader()) {
                reader.poll(record -> assertThat(record.crc()).isNotZero(), 1);
            }
        }
    }

    @Test
    void shouldBeLateOnlyForAppendersThatAreFasterThanItIs() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            final LogAppender appender = partition.appender();
            append(appender, 8);
            store.invokeConductor(nowNs++);

            assertThat(partition.isPreparing()).isTrue();
            assertThat(partition.isPreparationLate()).isFalse();

            fill(appender);
            assertThat(partition.isPreparationLate()).isTrue();

            cyclesUntilPrepared(store, partition);
            assertThat(partition.isPreparationLate()).isFalse();
        }
    }

    @Test
    void shouldLeaveNoTemporaryFileAndNoMappingWhereverItIsWhenTheStoreIsClosed() {
        for (int cycles = 1; cycles < 20; cycles++) {
            final LogAppender appender;
            try (LogStore store = LogStore.launch(context(directory.resolve("store" + cycles), storage))) {
                appender = fillAndInvoke(store, cycles);
            }

            assertThat(temporaryFiles()).isEmpty();
            append(appender, 8); // lets go of its segment, since the store is closed
            assertThat(storage.unmapCount()).isEqualTo(storage.mapCount());
        }
    }

    @Test
    void shouldLeaveNothingBehindWhereverItIsWhenTheTopicIsDeleted() {
        for (int cycles = 1; cycles < 20; cycles++) {
            try (LogStore store = LogStore.launch(context(directory.resolve("store" + cycles), storage))) {
                final LogAppender appender = fillAndInvoke(store, cycles);

                store.deleteTopic("t", true);

                assertThat(temporaryFiles()).isEmpty();
                assertThatThrownBy(() -> append(appender, 8)).isInstanceOf(MillraceException.class);
                assertThat(storage.unmapCount()).isEqualTo(storage.mapCount());
            }
        }
    }

    @Test
    void shouldBeginAnewAfterAStepThatFailed() {
        for (int writes = 0; writes < 8; writes++) {
            try (LogStore store = LogStore.launch(context(directory.resolve("store" + writes), storage))) {
                final LogPartition partition = createTopic(store, 1).partition(0);
                final LogAppender appender = partition.appender();
                fill(appender);
                storage.failWrites(Fault.INPUT_OUTPUT, writes);
                while (partition.isPreparing()) {
                    store.invokeConductor(nowNs++);
                }
                assertThatThrownBy(() -> append(appender, 8))
                        .isInstanceOf(MillraceException.class)
                        .hasMessageContaining("cannot prepare a segment");
                assertThat(temporaryFiles()).isEmpty();

                storage.failWrites(Fault.NONE, 0);
                nowNs += RETRY_NS;
                invoke(store, 20);

                assertThat(append(appender, 8)).isPositive();
            }
        }
    }

    @Test
    void shouldTryAgainOnAFullDiskAlsoWhenNobodyNeedsTheSegmentYet() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            final LogAppender appender = partition.appender();
            append(appender, 8);
            storage.failWrites(Fault.NO_SPACE, 3);
            invoke(store, 20);
            assertThat(temporaryFiles()).isEmpty();
            assertThat(storage.faultCount()).isPositive();
            storage.failWrites(Fault.NONE, 0);
            nowNs += RETRY_NS;

            invoke(store, MOST_CYCLES);

            fill(appender);
            assertThat(partition.tailPosition()).isEqualTo(2L * SEGMENT_LENGTH);
        }
    }

    @Test
    void shouldTakeWhatAnEarlierRunHasPreparedWithoutWritingIt() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            append(partition.appender(), 8);
            cyclesUntilPrepared(store, partition);
        }
        try (LogStore store = launch(storage)) {
            final LogPartition partition = store.topic("t").partition(0);
            final LogAppender appender = partition.appender();
            append(appender, 8);
            storage.failWrites(Fault.NO_SPACE, 0);

            assertThat(cyclesUntilPrepared(store, partition)).isGreaterThan(2);

            fill(appender);
            assertThat(partition.tailPosition()).isEqualTo(2L * SEGMENT_LENGTH);
            assertThat(storage.faultCount()).isZero();
        }
    }

    @Test
    void shouldWriteAnewWhatAnEarlierRunHasPreparedAndAStopOfTheMachineSpoiled() throws IOException {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, 1).partition(0);
            append(partition.appender(), 8);
            cyclesUntilPrepared(store, partition);
        }
        final Path file = directory.resolve(String.format("store/topics/t/0/%020d.seg", SEGMENT_LENGTH));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(SEGMENT_LENGTH - 8);
            bytes.writeLong(-1);
        }
        try (LogStore store = launch(storage)) {
            final LogPartition partition = store.topic("t").partition(0);
            append(partition.appender(), 8);

            cyclesUntilPrepared(store, partition);
        }

        final byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(SEGMENT_LENGTH);
        assertThat(bytes[SEGMENT_LENGTH - 1]).isZero();
    }

    @Test
    void shouldLoseNothingWhereverTheProcessIsKilled() {
        for (int cycles = 0; cycles < 20; cycles++) {
            final CrashImageStorage disk = new CrashImageStorage();
            final LogStore store = LogStore.launch(context(CrashWorkload.DIRECTORY, disk));
            final LogPartition partition = createTopic(store, 1).partition(0);
            final List<String> texts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                texts.add("record " + i);
                Records.append(partition.appender(), texts.get(i));
            }
            invoke(store, cycles);

            final CrashImageStorage image = disk.crashPoint().processCrash();
            try (LogStore again = LogStore.launch(context(CrashWorkload.DIRECTORY, image))) {
                final LogPartition recovered = again.topic("t").partition(0);
                assertThat(Records.texts(recovered)).isEqualTo(texts);
                fill(recovered.appender());
                cyclesUntilPrepared(again, recovered);
                assertThat(append(recovered.appender(), 8)).isPositive();
            }
        }
    }

    private LogStore launch(final Storage through) {
        return LogStore.launch(context(directory.resolve("store"), through));
    }

    private static LogContext context(final Path home, final Storage through) {
        return Records.context(home)
                .segmentLength(SEGMENT_LENGTH)
                .storage(through)
                .invoked(true);
    }

    private static LogTopic createTopic(final LogStore store, final int partitions) {
        return store.createTopic(TopicSpec.named("t").partitions(partitions));
    }

    private static long append(final LogAppender appender, final int length) {
        return appender.append(RecordKind.DATA, 7, null, 0, 0, VALUE, 0, length);
    }

    /** Fills the segments that are there, to the last byte. */
    private static void fill(final LogAppender appender) {
        while (append(appender, VALUE.capacity()) > 0) {
            // On until the next segment is needed.
        }
    }

    /** Lets a segment be prepared as fast as possible, for some cycles. */
    private LogAppender fillAndInvoke(final LogStore store, final int cycles) {
        final LogAppender appender = createTopic(store, 1).partition(0).appender();
        fill(appender);
        invoke(store, cycles);
        return appender;
    }

    private void invoke(final LogStore store, final int cycles) {
        for (int i = 0; i < cycles; i++) {
            store.invokeConductor(nowNs++);
        }
    }

    private int cyclesUntilPrepared(final LogStore store, final LogPartition partition) {
        int cycles = 0;
        while (partition.isPreparing()) {
            store.invokeConductor(nowNs++);
            cycles++;
            assertThat(cycles).isLessThan(MOST_CYCLES);
        }
        return cycles;
    }

    private static boolean isAnyPreparing(final LogTopic topic) {
        boolean isPreparing = false;
        for (int i = 0; i < topic.partitionCount(); i++) {
            isPreparing |= topic.partition(i).isPreparing();
        }
        return isPreparing;
    }

    private List<Path> temporaryFiles() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".seg" + AtomicFiles.TEMPORARY_SUFFIX))
                    .toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
