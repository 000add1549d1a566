package io.millrace.log;

import static io.millrace.log.Records.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real file systems that run out of space, and one whose device fails. The second is a file system in a file that promises more
 * than the file system below it has: what does not fit is refused when it is written back, so that a force fails while
 * everything before it went well.
 */
class LoopDiskSystemTest {
    private static final int SMALL_MEGABYTES = 8;
    private static final int OUTER_MEGABYTES = 48;
    private static final int PROMISED_MEGABYTES = 64;
    private static final int JOURNAL_ROUNDS = 600;
    private static final String FILLING = ".".repeat(500);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    private Path root;

    private final List<LoopMount> mounts = new ArrayList<>();
    private final List<String> appended = new ArrayList<>();

    @AfterEach
    void unmount() throws IOException {
        for (int i = mounts.size() - 1; i >= 0; i--) {
            mounts.get(i).close();
        }
    }

    @Test
    @Timeout(60)
    void shouldRefuseOnAFullDiskReadOnAndAcceptAgainWhenThereIsSpace() throws IOException {
        final LoopMount disk = mounted(LoopMount.create(root, "ext4", SMALL_MEGABYTES));
        final Path ballast = disk.directory().resolve("ballast");
        Files.write(ballast, new byte[2 * 1024 * 1024]);
        final LogContext context = Records.context(disk.directory().resolve("store"));
        try (LogStore store = LogStore.launch(context)) {
            final LogPartition partition = store.createTopic(
                            TopicSpec.named("t").durability(Durability.POWER))
                    .partition(0);
            final LogAppender appender = partition.appender();

            assertThat(appendUntilRefused(appender)).isEqualTo(Outcome.STORAGE_FULL);
            assertThat(texts(partition)).isEqualTo(appended);
            awaitDurable(partition);
            assertThatThrownBy(() -> store.createTopic(TopicSpec.named("u").partitions(64)))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FULL));

            Files.delete(ballast);
            Records.await("space", () -> append(appender, "accepted") > 0);
            awaitDurable(partition);
            assertThat(texts(partition)).isEqualTo(appended);
        }
        try (LogStore store = LogStore.launch(Records.context(disk.directory().resolve("store")))) {
            assertThat(texts(store.topic("t").partition(0))).isEqualTo(appended);
        }
    }

    @Test
    @Timeout(60)
    void shouldForceNothingMoreOnceAForceHasFailed() throws IOException {
        final FailingDisk disk = new FailingDisk();
        try (LogStore store = LogStore.launch(context(disk.directory, 0))) {
            final LogPartition partition = failAForce(store, disk);
            final long durable = partition.durablePosition();
            assertThat(durable).isLessThan(partition.tailPosition());

            // The disk would take it now, and say so; but the system has forgotten what it could not write.
            disk.work();

            assertRefused(store::forceNow);
            assertRefused(() -> append(partition.appender(), "refused"));
            assertThat(partition.durablePosition()).isEqualTo(durable);
            assertThat(texts(partition)).isEqualTo(appended);
        } catch (final MillraceException ex) {
            // Thrown by the close, which says what was not stored.
            assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        }
    }

    @Test
    @Timeout(60)
    void shouldStoreAllThatAFailedForceDidNotOnceTheDiskIsWell() throws IOException {
        LoopMount.needsShutdown();
        final FailingDisk disk = new FailingDisk();
        try (LogStore store = LogStore.launch(context(disk.directory, 0))) {
            failAForce(store, disk);
            disk.work();
        } catch (final MillraceException ex) {
            assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        }
        try (LogStore store = LogStore.launch(context(disk.directory, 0))) {
            final LogPartition partition = store.topic("t").partition(0);
            assertThat(texts(partition)).isEqualTo(appended);
            append(partition.appender(), "after");
            awaitDurable(partition);
            disk.inner.shutDown();
        } catch (final MillraceException ex) {
            assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        }

        disk.inner.remount();

        try (LogStore store = LogStore.launch(context(disk.directory, 1))) {
            assertThat(texts(store.topic("t").partition(0))).isEqualTo(appended);
        }
    }

    /** Appends to a topic until the store has noticed that its disk fails. */
    private LogPartition failAForce(final LogStore store, final FailingDisk disk) {
        final LogPartition partition = store.createTopic(
                        TopicSpec.named("t").segmentLength(4 * 1024 * 1024).durability(Durability.POWER))
                .partition(0);
        final LogAppender appender = partition.appender();
        append(appender, "before");
        awaitDurable(partition);
        disk.fail();
        final MillraceException refusal = appendUntilThrown(appender);
        assertThat(refusal.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(refusal.getMessage()).contains("the disk refused to keep what was written");
        return partition;
    }

    private static void assertRefused(final Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
    }

    /** A file system in a file of a file system in memory that is too small for it. */
    private final class FailingDisk {
        private final LoopMount outer = mounted(LoopMount.inMemory(root.resolve("outer"), OUTER_MEGABYTES));
        private final LoopMount inner =
                mounted(LoopMount.create(outer.directory(), "ext4", PROMISED_MEGABYTES, "-b", "4096", "-J", "size=4"));
        private final Path directory = inner.directory().resolve("store");
        private final Path ballast = outer.directory().resolve("ballast");

        /** Goes round the journal of the file system, so that it has its space before there is none. */
        FailingDisk() throws IOException {
            final Path file = inner.directory().resolve("journal");
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int i = 0; i < JOURNAL_ROUNDS; i++) {
                    channel.write(ByteBuffer.allocate(1), i);
                    channel.force(true);
                }
            }
        }

        /** Takes all the space there is. */
        void fail() {
            try (OutputStream out = Files.newOutputStream(ballast)) {
                final byte[] block = new byte[4096];
                while (true) {
                    out.write(block);
                }
            } catch (final IOException full) {
                assertThat(ballast).exists();
            }
        }

        void work() {
            try {
                Files.delete(ballast);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    private static LogContext context(final Path directory, final int boot) {
        return new LogContext().directory(directory).storage(RebootedStorage.of(boot, true));
    }

    private LoopMount mounted(final LoopMount mount) {
        mounts.add(mount);
        return mount;
    }

    private void awaitDurable(final LogPartition partition) {
        final long tail = partition.tailPosition();
        Records.await("all that was appended is durable", () -> partition.durablePosition() >= tail);
    }

    /** Appends until something else than a position or back-pressure comes back. */
    private long appendUntilRefused(final LogAppender appender) {
        long result = 1;
        while (result > 0 || result == Outcome.BACK_PRESSURED) {
            result = append(appender, "record " + appended.size() + FILLING);
        }
        return result;
    }

    private MillraceException appendUntilThrown(final LogAppender appender) {
        final long startNs = System.nanoTime();
        try {
            while (System.nanoTime() - startNs < PATIENCE_NS) {
                append(appender, "record " + appended.size() + FILLING);
                Thread.onSpinWait();
            }
        } catch (final MillraceException ex) {
            return ex;
        }
        throw new AssertionError("appends go on, though nothing can be written: " + appender);
    }

    private long append(final LogAppender appender, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        final long result = appender.append(RecordKind.DATA, 1, null, 0, 0, value, 0, value.capacity());
        if (result > 0) {
            appended.add(text);
        }
        return result;
    }
}
