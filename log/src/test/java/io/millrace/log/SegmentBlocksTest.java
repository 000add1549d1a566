package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentConstruction;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which blocks the zeros of a segment are written: the rate at which appenders fill the one before it decides. */
class SegmentBlocksTest {
    private static final int SEGMENT_LENGTH = 8 * SegmentConstruction.LARGE_BLOCK_LENGTH;
    private static final long HEADER_LENGTH = 4096;
    private static final UnsafeBuffer VALUE = new UnsafeBuffer(new byte[16 * 1024]);
    private static final int RECORDS_PER_SEGMENT = SEGMENT_LENGTH / VALUE.capacity();

    /** For a segment of eight large blocks: two of them between two forces, just fast enough. */
    private static final long FAST_NS = 4 * LogContext.DEFAULT_CUT_INTERVAL_NS;

    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private long nowNs = 1;

    @BeforeEach
    void fillMemory() {
        VALUE.setMemory(0, VALUE.capacity(), (byte) -1);
    }

    @Test
    void shouldWriteSmallBlocksWhileNoRateIsKnown() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store, Durability.PROCESS), RECORDS_PER_SEGMENT / 8, FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.BLOCK_LENGTH);
        }
    }

    @Test
    void shouldWriteLargeBlocksOnceAppendersAreKnownToBeFast() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            fill(store, create(store, Durability.PROCESS), 1, FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.LARGE_BLOCK_LENGTH);
        }
    }

    @Test
    void shouldWriteSmallBlocksForAppendersThatAreSlow() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            fill(store, create(store, Durability.PROCESS), 3, 2 * FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.BLOCK_LENGTH);
        }
    }

    @Test
    void shouldWriteLargeBlocksFromTheStartBehindASegmentThatWasFilledFast() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store, Durability.PROCESS);
            fill(store, appender, 1, FAST_NS);
            storage.takeLongestWrite();

            append(store, appender, RECORDS_PER_SEGMENT / 8, FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.LARGE_BLOCK_LENGTH);
        }
    }

    @Test
    void shouldGoBackToSmallBlocksWhenAppendersSlowDown() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store, Durability.PROCESS);
            fill(store, appender, 2, FAST_NS);
            fill(store, appender, 1, 2 * FAST_NS);
            storage.takeLongestWrite();

            fill(store, appender, 1, 2 * FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.BLOCK_LENGTH);
        }
    }

    @Test
    void shouldGoBackToSmallBlocksWhenAppendersFallSilent() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store, Durability.PROCESS);
            fill(store, appender, 1, FAST_NS);
            append(store, appender, 1, FAST_NS);
            nowNs += FAST_NS;
            storage.takeLongestWrite();

            prepare(store);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.BLOCK_LENGTH);
        }
    }

    @Test
    void shouldWriteSmallBlocksWhereEachAppendIsForced() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            fill(store, create(store, Durability.POWER), 3, FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.BLOCK_LENGTH);
        }
    }

    @Test
    void shouldWriteSmallBlocksInASegmentOfOneLargeBlock() {
        try (LogStore store = launch(storage, SegmentConstruction.LARGE_BLOCK_LENGTH)) {
            fill(store, create(store, Durability.PROCESS), 1, FAST_NS);

            assertThat(storage.takeLongestWrite()).isEqualTo(SegmentConstruction.BLOCK_LENGTH);
        }
    }

    @Test
    void shouldMakeAWholeSegmentOfSmallAndLargeBlocks() throws IOException {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store, Durability.PROCESS), 3 * RECORDS_PER_SEGMENT / 4, FAST_NS);
            prepare(store);
        }

        final byte[] segment = segment(1);
        assertThat(segment).hasSize(SEGMENT_LENGTH);
        for (int i = (int) HEADER_LENGTH; i < segment.length; i++) {
            if (segment[i] != 0) {
                throw new AssertionError("not zero behind the header: offset=" + i + " value=" + segment[i]);
            }
        }
    }

    @Test
    void shouldLoseNothingWhereverLargeBlocksAreWhenTheProcessIsKilled() {
        for (int cycles = 0; cycles < 12; cycles++) {
            final CrashImageStorage disk = new CrashImageStorage();
            final LogStore store = LogStore.launch(context(CrashWorkload.DIRECTORY, disk, SEGMENT_LENGTH));
            final LogAppender appender = create(store, Durability.PROCESS);
            fill(store, appender, 2, FAST_NS);
            for (int i = 0; i < RECORDS_PER_SEGMENT && append(appender) > 0; i++) {
                // To the end of what is prepared, so that the preparation is urgent.
            }
            final long tail = store.topic("t").partition(0).tailPosition();
            for (int i = 0; i < cycles; i++) {
                store.invokeConductor(nowNs++);
            }

            final CrashImageStorage image = disk.crashPoint().processCrash();
            try (LogStore again = LogStore.launch(context(CrashWorkload.DIRECTORY, image, SEGMENT_LENGTH))) {
                // Behind the header of the next segment, where that was ready.
                assertThat(again.topic("t").partition(0).tailPosition() - tail).isIn(0L, HEADER_LENGTH);
                final LogAppender next = again.topic("t").partition(0).appender();
                append(next);
                prepare(again);
                fill(again, next, 2, FAST_NS);
            }
        }
    }

    private LogStore launch(final Storage through, final int segmentLength) {
        return LogStore.launch(context(directory.resolve("store"), through, segmentLength));
    }

    private static LogContext context(final Path home, final Storage through, final int segmentLength) {
        return Records.context(home)
                .segmentLength(segmentLength)
                .storage(through)
                .invoked(true);
    }

    private static LogAppender create(final LogStore store, final Durability durability) {
        return store.createTopic(TopicSpec.named("t").durability(durability))
                .partition(0)
                .appender();
    }

    /** Appends steadily as much as some segments hold, each in a time, and lets the first step behind them be done. */
    private void fill(final LogStore store, final LogAppender appender, final int segments, final long segmentNs) {
        append(store, appender, segments * RECORDS_PER_SEGMENT, segmentNs);
        nowNs += TimeUnit.MILLISECONDS.toNanos(1);
        store.invokeConductor(nowNs);
    }

    private void append(final LogStore store, final LogAppender appender, final int count, final long segmentNs) {
        for (int i = 0; i < count; i++) {
            nowNs += segmentNs / RECORDS_PER_SEGMENT;
            store.invokeConductor(nowNs);
            assertThat(append(appender)).isPositive();
        }
    }

    private void prepare(final LogStore store) {
        while (store.topic("t").partition(0).isPreparing()) {
            store.invokeConductor(nowNs++);
        }
    }

    private static long append(final LogAppender appender) {
        return appender.append(RecordKind.DATA, 7, null, 0, 0, VALUE, 0, VALUE.capacity());
    }

    private byte[] segment(final int index) throws IOException {
        return Files.readAllBytes(
                directory.resolve(String.format("store/topics/t/0/%020d.seg", (long) index * SEGMENT_LENGTH)));
    }
}
