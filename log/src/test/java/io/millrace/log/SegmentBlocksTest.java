package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.FaultyStorage.Fault;
import io.millrace.log.FaultyStorage.Write;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentConstruction;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** In which blocks the zeros of a segment are written: the rate at which appenders fill the one before it decides. */
class SegmentBlocksTest {
    private static final int SMALL = SegmentConstruction.BLOCK_LENGTH;
    private static final int LARGE = SegmentConstruction.LARGE_BLOCK_LENGTH;
    private static final int SEGMENT_LENGTH = 16 * LARGE;
    private static final int HEADER_LENGTH = 4096;
    private static final UnsafeBuffer VALUE = new UnsafeBuffer(new byte[16 * 1024]);
    private static final int RECORDS_PER_SEGMENT = SEGMENT_LENGTH / VALUE.capacity();

    /** For a segment of sixteen large blocks: two of them in each second, just fast enough. */
    private static final long FAST_NS = TimeUnit.SECONDS.toNanos(8);

    private static final long CYCLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private long nowNs = 1;

    @BeforeEach
    void expectFailures() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
        VALUE.setMemory(0, VALUE.capacity(), (byte) -1);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(null);
    }

    @Test
    void shouldWriteSmallBlocksWhileNoRateIsKnown() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store), RECORDS_PER_SEGMENT / 8, FAST_NS);

            assertThat(longest(storage.takeWrites())).isEqualTo(SMALL);
        }
    }

    @Test
    void shouldWriteLargeBlocksOnceAppendersAreKnownToBeFast() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store), RECORDS_PER_SEGMENT, FAST_NS);

            assertThat(longest(storage.takeWrites())).isEqualTo(LARGE);
        }
    }

    @Test
    void shouldWriteLargeBlocksFromTheStartBehindASegmentThatWasFilledFast() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store);
            append(store, appender, RECORDS_PER_SEGMENT, FAST_NS);
            storage.takeWrites();

            append(store, appender, RECORDS_PER_SEGMENT / 8, FAST_NS);

            assertThat(longest(storage.takeWrites())).isEqualTo(LARGE);
        }
    }

    @Test
    void shouldBeginLargeBlocksOnlyWhereAnEntryOfThePageTableDoes() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store), 3 * RECORDS_PER_SEGMENT, FAST_NS);

            assertThat(storage.takeWrites())
                    .filteredOn(write -> write.length() == LARGE)
                    .hasSizeGreaterThan(8)
                    .allMatch(write -> write.position() % LARGE == 0);
        }
    }

    @Test
    void shouldWriteSmallBlocksForAppendersThatAreSlow() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store), 3 * RECORDS_PER_SEGMENT, 2 * FAST_NS);

            assertThat(longest(storage.takeWrites())).isEqualTo(SMALL);
        }
    }

    @Test
    void shouldGoBackToSmallBlocksWhenAppendersSlowDown() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store);
            append(store, appender, 2 * RECORDS_PER_SEGMENT, FAST_NS);
            append(store, appender, RECORDS_PER_SEGMENT, 2 * FAST_NS);
            storage.takeWrites();

            append(store, appender, RECORDS_PER_SEGMENT, 2 * FAST_NS);

            assertThat(longest(storage.takeWrites())).isEqualTo(SMALL);
        }
    }

    @Test
    void shouldPrepareWithSmallBlocksAgainAWhileAfterAppendersFellSilent() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store);
            append(store, appender, 7 * RECORDS_PER_SEGMENT / 4, FAST_NS);
            prepare(store);
            invokeForSeconds(store, 3);
            storage.takeWrites();

            // A record now and then, and after the roll all silence that the preparation may want.
            for (int i = 0; i < RECORDS_PER_SEGMENT / 4 + 2; i++) {
                assertThat(append(appender)).isPositive();
                nowNs += TimeUnit.SECONDS.toNanos(1);
                store.invokeConductor(nowNs);
            }
            prepare(store);

            assertThat(storage.takeWrites())
                    .extracting(Write::length)
                    .contains(SMALL)
                    .doesNotContain(LARGE);
        }
    }

    @Test
    void shouldWriteSmallBlocksWhereForcesFollowCloselyHoweverFastAppendersAre() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store);
            for (int i = 0; i < 32; i++) {
                append(store, appender, RECORDS_PER_SEGMENT / 16, FAST_NS / 2);
                store.forceNow();
            }

            assertThat(longest(storage.takeWrites())).isEqualTo(SMALL);
        }
    }

    @Test
    void shouldWriteSmallBlocksInShortSegments() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH / 4)) {
            append(store, create(store), RECORDS_PER_SEGMENT, FAST_NS / 2);

            assertThat(longest(storage.takeWrites())).isEqualTo(SMALL);
        }
    }

    @Test
    void shouldWriteSmallBlocksForAShortBurst() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store), 2 * RECORDS_PER_SEGMENT, FAST_NS / 16);

            assertThat(longest(storage.takeWrites())).isEqualTo(SMALL);
        }
    }

    @Test
    void shouldMakeAWholeSegmentOfSmallAndLargeBlocks() throws IOException {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            append(store, create(store), 3 * RECORDS_PER_SEGMENT / 4, FAST_NS);
            prepare(store);
        }

        assertThat(storage.takeWrites()).extracting(Write::length).contains(SMALL, LARGE);
        final byte[] segment = segment(1);
        assertThat(segment).hasSize(SEGMENT_LENGTH);
        for (int i = HEADER_LENGTH; i < segment.length; i++) {
            if (segment[i] != 0) {
                throw new AssertionError("not zero behind the header: offset=" + i + " value=" + segment[i]);
            }
        }
    }

    @Test
    void shouldGoOnAfterADiskThatIsFullInTheMiddleOfLargeBlocks() {
        try (LogStore store = launch(storage, SEGMENT_LENGTH)) {
            final LogAppender appender = create(store);
            append(store, appender, RECORDS_PER_SEGMENT, FAST_NS);
            storage.failWrites(Fault.NO_SPACE, 4);
            for (int i = 0; i < 2 * RECORDS_PER_SEGMENT; i++) {
                nowNs += FAST_NS / RECORDS_PER_SEGMENT;
                store.invokeConductor(nowNs);
                append(appender);
            }
            assertThat(append(appender))
                    .as("beyond the segments that are there")
                    .isNegative();
            assertThat(storage.faultCount()).isPositive();
            assertThat(longest(storage.takeWrites())).isEqualTo(LARGE);

            storage.failWrites(Fault.NONE, 0);
            invokeForSeconds(store, 1);

            append(store, appender, 2 * RECORDS_PER_SEGMENT, FAST_NS);
        }
    }

    @Test
    void shouldLoseNothingWhereverLargeBlocksAreWhenTheProcessIsKilled() {
        for (int cycles = 0; cycles < 18; cycles += 3) {
            final CrashImageStorage disk = new CrashImageStorage();
            final LogStore store = LogStore.launch(context(CrashWorkload.DIRECTORY, disk, SEGMENT_LENGTH));
            final LogAppender appender = create(store);
            append(store, appender, RECORDS_PER_SEGMENT, FAST_NS);
            int count = RECORDS_PER_SEGMENT;
            while (append(appender) > 0) {
                // To the end of what is prepared, so that the preparation is urgent.
                count++;
            }
            for (int i = 0; i < cycles; i++) {
                store.invokeConductor(nowNs++);
            }

            final CrashImageStorage image = disk.crashPoint().processCrash();
            try (LogStore again = LogStore.launch(context(CrashWorkload.DIRECTORY, image, SEGMENT_LENGTH))) {
                final LogPartition recovered = again.topic("t").partition(0);
                assertThat(count(recovered)).isEqualTo(count);
                final LogAppender next = recovered.appender();
                append(next);
                prepare(again);
                append(again, next, RECORDS_PER_SEGMENT, FAST_NS);
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

    private static LogAppender create(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0).appender();
    }

    /** Appends steadily, as fast as a segment is filled in a time. */
    private void append(final LogStore store, final LogAppender appender, final int count, final long segmentNs) {
        for (int i = 0; i < count; i++) {
            nowNs += segmentNs / RECORDS_PER_SEGMENT;
            store.invokeConductor(nowNs);
            assertThat(append(appender)).isPositive();
        }
    }

    private static long append(final LogAppender appender) {
        return appender.append(RecordKind.DATA, 7, null, 0, 0, VALUE, 0, VALUE.capacity());
    }

    /** As the conductor does it, a cycle in each millisecond. */
    private void prepare(final LogStore store) {
        while (store.topic("t").partition(0).isPreparing()) {
            nowNs += CYCLE_NS;
            store.invokeConductor(nowNs);
        }
    }

    private void invokeForSeconds(final LogStore store, final int seconds) {
        final long endNs = nowNs + TimeUnit.SECONDS.toNanos(seconds);
        while (nowNs < endNs) {
            nowNs += CYCLE_NS;
            store.invokeConductor(nowNs);
        }
    }

    private static int count(final LogPartition partition) {
        final int[] count = {0};
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> count[0]++, 256) > 0) {
                continue;
            }
        }
        return count[0];
    }

    private static int longest(final List<Write> writes) {
        return writes.stream().mapToInt(Write::length).max().orElse(0);
    }

    private byte[] segment(final int index) throws IOException {
        return Files.readAllBytes(
                directory.resolve(String.format("store/topics/t/0/%020d.seg", (long) index * SEGMENT_LENGTH)));
    }
}
