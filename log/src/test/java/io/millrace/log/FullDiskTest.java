package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.log.FaultyStorage.Fault;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final List<String> appended = new ArrayList<>();

    @Test
    void shouldSayStorageFullAndRecoverWhenSpaceReturns() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, "t");
            final LogAppender appender = partition.appender();
            storage.failWrites(Fault.NO_SPACE, 0);

            assertThat(appendUntilRefused(appender)).isEqualTo(Outcome.STORAGE_FULL);
            assertThat(texts(partition)).isEqualTo(appended);
            Records.await("no temporary file", this::hasNoTemporaryFile);

            final int faults = storage.faultCount();
            Records.await("another attempt", () -> storage.faultCount() > faults);
            assertThat(appendText(appender, "refused")).isEqualTo(Outcome.STORAGE_FULL);

            storage.failWrites(Fault.NONE, 0);
            Records.await("space", () -> appendText(appender, "accepted") > 0);
            appended.add("accepted");
            assertThat(texts(partition)).isEqualTo(appended);
        }
        try (LogStore store = launch(storage)) {
            assertThat(texts(store.topic("t").partition(0))).isEqualTo(appended);
        }
    }

    @Test
    void shouldThrowWhenTheDiskFailsAndRecoverWhenItWorksAgain() {
        try (LogStore store = launch(storage)) {
            final LogPartition partition = createTopic(store, "t");
            final LogAppender appender = partition.appender();
            storage.failWrites(Fault.INPUT_OUTPUT, 0);

            assertThatThrownBy(() -> appendUntilRefused(appender))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
                    .hasMessageContaining("cannot prepare a segment: topic=t partition=0")
                    .hasMessageContaining("Input/output error");

            storage.failWrites(Fault.NONE, 0);
            Records.await("a disk that works", () -> accepts(appender));
        }
    }

    @Test
    void shouldOpenAFullStoreOfWhichThereIsNoNextSegment() {
        storage.failWrites(Fault.NONE, 0);
        try (LogStore store = launch(storage)) {
            final LogAppender appender = createTopic(store, "t").appender();
            storage.failWrites(Fault.NO_SPACE, 0);
            assertThat(appendUntilRefused(appender)).isEqualTo(Outcome.STORAGE_FULL);
        }

        try (LogStore store = launch(storage)) {
            final LogPartition partition = store.topic("t").partition(0);
            assertThat(texts(partition)).isEqualTo(appended);
            final LogAppender appender = partition.appender();
            Records.await("the same answer", () -> appendText(appender, "refused") == Outcome.STORAGE_FULL);
        }
    }

    @Test
    void shouldLeaveNoTraceOfATopicThatDidNotFit() {
        // Whichever write fails: the zeros or the header of a segment of one of the two partitions, or the topic's own
        // file.
        final int allWrites = 5;
        try (LogStore store = launch(storage)) {
            for (int writes = 0; writes < allWrites; writes++) {
                storage.failWrites(Fault.NO_SPACE, writes);
                assertThatThrownBy(() -> createTopic(store, "t"))
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FULL))
                        .hasMessageContaining("the disk is full");
                assertThat(store.hasTopic("t")).isFalse();
                assertThat(segmentFiles()).isEmpty();
            }
            storage.failWrites(Fault.NO_SPACE, allWrites);
            createTopic(store, "t");
        }
    }

    @Test
    void shouldSurviveARealFullDisk() throws Exception {
        final Path mount = Files.createDirectory(directory.resolve("mount"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "millrace-test", mount.toString()))
                .as("mounting a small tmpfs needs root")
                .isZero();
        try {
            fillRealDisk(mount);
        } finally {
            // Lazily: an appender that saw the store close keeps its last segment mapped until it is collected.
            assertThat(run("umount", "-l", mount.toString())).isZero();
        }
    }

    private void fillRealDisk(final Path mount) throws IOException {
        final LogContext context =
                new LogContext().directory(mount.resolve("store")).segmentLength(SEGMENT_LENGTH);
        final Path ballast = mount.resolve("ballast");
        Files.write(ballast, new byte[3 * SEGMENT_LENGTH]);
        try (LogStore store = LogStore.launch(context)) {
            final LogPartition partition = createTopic(store, "t");
            final LogAppender appender = partition.appender();
            assertThat(appendUntilRefused(appender)).isEqualTo(Outcome.STORAGE_FULL);
            assertThatThrownBy(() -> createTopic(store, "u"))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FULL));
            assertThat(texts(partition)).isEqualTo(appended);

            Files.delete(ballast);
            Records.await("space", () -> appendText(appender, "accepted") > 0);
            appended.add("accepted");
        }
        try (LogStore store = LogStore.launch(
                new LogContext().directory(mount.resolve("store")).segmentLength(SEGMENT_LENGTH))) {
            assertThat(texts(store.topic("t").partition(0))).isEqualTo(appended);
        }
    }

    private static int run(final String... command) throws Exception {
        try {
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (final IOException ex) {
            return -1;
        }
    }

    private LogStore launch(final FaultyStorage through) {
        return LogStore.launch(Records.context(directory).storage(through));
    }

    private static LogPartition createTopic(final LogStore store, final String name) {
        return store.createTopic(TopicSpec.named(name).partitions(2)).partition(0);
    }

    /** Appends until something else than a position or back-pressure comes back. */
    private long appendUntilRefused(final LogAppender appender) {
        long result = 1;
        while (result > 0 || result == Outcome.BACK_PRESSURED) {
            final String text = "record " + appended.size() + "x".repeat(500);
            result = appendText(appender, text);
            if (result > 0) {
                appended.add(text);
            }
        }
        return result;
    }

    private boolean accepts(final LogAppender appender) {
        try {
            return appendText(appender, "accepted") > 0;
        } catch (final MillraceException ex) {
            return false;
        }
    }

    private static long appendText(final LogAppender appender, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        return appender.append(RecordKind.DATA, 1, null, 0, 0, value, 0, value.capacity());
    }

    /** A file may come and go while somebody looks. */
    private boolean hasNoTemporaryFile() {
        try {
            return temporaryFiles().isEmpty();
        } catch (final java.io.UncheckedIOException ex) {
            return false;
        }
    }

    private List<Path> temporaryFiles() {
        return files(".tmp");
    }

    private List<Path> segmentFiles() {
        return files(".seg");
    }

    private List<Path> files(final String suffix) {
        try (var paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(suffix)).toList();
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }
}
