package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogHousekeeperTest {
    private static final int SEGMENT_LENGTH = 2 * SegmentPreparation.SHORT_LENGTH;
    private static final UnsafeBuffer VALUE = new UnsafeBuffer(new byte[16 * 1024]);

    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final CountDownLatch gate = new CountDownLatch(1);
    private LogAppender appender;

    @AfterEach
    void openGate() {
        gate.countDown();
    }

    @Test
    void shouldNotKeepTheConductorFromOtherPartitionsWhileADirectoryIsForced() throws Exception {
        try (LogStore store = launch()) {
            final LogTopic topic = store.createTopic(TopicSpec.named("t").partitions(2));
            holdNameOf(topic.partition(0));

            Records.append(topic.partition(1).appender(), "a");

            try (LogReader reader = topic.partition(1).reader()) {
                final int[] crc = {0};
                Records.await("the checksum", () -> {
                    reader.seek(topic.partition(1).beginPosition());
                    reader.poll(record -> crc[0] = record.crc(), 1);
                    return crc[0] != 0;
                });
            } finally {
                gate.countDown();
            }
        }
    }

    @Test
    void shouldGiveAppendersTheSegmentOnceItsNameIsForced() throws Exception {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            holdNameOf(partition);
            assertThat(append(partition)).isNegative();

            gate.countDown();

            assertThat(Records.untilAccepted(() -> append(partition))).isPositive();
            assertThat(partition.tailPosition()).isGreaterThan(SEGMENT_LENGTH);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenATopicIsDeletedWhileANameIsForced() throws Exception {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            holdNameOf(partition);

            final CompletableFuture<Void> deletion = CompletableFuture.runAsync(() -> store.deleteTopic("t"));
            awaitThreadIn("DiskStep", "await");
            storage.holdDirectoryForces(null, gate);
            gate.countDown();
            deletion.get(20, TimeUnit.SECONDS);

            assertThat(directory.resolve("store/topics/t")).doesNotExist();
            assertThatThrownBy(() -> append(partition)).hasMessageContaining("deleted");
            assertThat(storage.unmapCount()).isEqualTo(storage.mapCount());
        }
    }

    @Test
    void shouldFinishWhatWasHandedOverBeforeTheStoreIsClosed() throws Exception {
        final LogStore store = launch();
        final LogPartition partition = store.createTopic(TopicSpec.named("t")).partition(0);
        holdNameOf(partition);

        final CompletableFuture<Void> closing = CompletableFuture.runAsync(store::close);
        awaitThreadIn("LogHousekeeper", "close");
        storage.holdDirectoryForces(null, gate);
        gate.countDown();
        closing.get(20, TimeUnit.SECONDS);

        assertThat(append(partition)).isEqualTo(Outcome.CLOSED);
        assertThat(storage.unmapCount()).isEqualTo(storage.mapCount());
        try (Stream<Path> files = Files.list(directory.resolve("store/topics/t/0"))) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
    }

    @Test
    void shouldDoFirstWhatSomebodyWaitsFor() throws Exception {
        final LogHousekeeper housekeeper = new LogHousekeeper(false, "housekeeper");
        final List<String> done = new CopyOnWriteArrayList<>();
        final CountDownLatch all = new CountDownLatch(3);
        for (final String text : List.of("later", "last")) {
            housekeeper.execute(() -> {
                done.add(text);
                all.countDown();
            });
        }
        housekeeper.executeNext(() -> {
            done.add("next");
            all.countDown();
        });

        housekeeper.start();

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).containsExactly("next", "later", "last");
        housekeeper.close();
    }

    @Test
    void shouldGoOnAfterSomethingThatFailed() throws Exception {
        final LogHousekeeper housekeeper = new LogHousekeeper(false, "housekeeper");
        final CountDownLatch done = new CountDownLatch(1);
        ((Logger) LoggerFactory.getLogger(LogHousekeeper.class)).setLevel(Level.OFF);
        try {
            housekeeper.start();
            housekeeper.execute(() -> {
                throw new InternalError("a fault in a mapping");
            });
            housekeeper.execute(done::countDown);

            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            ((Logger) LoggerFactory.getLogger(LogHousekeeper.class)).setLevel(null);
            housekeeper.close();
        }
    }

    @Test
    void shouldNotTakeAStepForDoneThatEndedWithAnError() {
        final DiskStep step = new DiskStep(() -> {
            throw new InternalError("a fault in a mapping");
        });

        step.run();

        assertThat(step.isDone()).isTrue();
        assertThatThrownBy(step::rethrow).isInstanceOf(InternalError.class);
    }

    @Test
    void shouldRemoveManySegmentsWithoutKeepingANameWaitingForAllOfThem() throws Exception {
        try (LogStore store = launch()) {
            final LogPartition old = store.createTopic(TopicSpec.named("old")).partition(0);
            final LogAppender appenderOfOld = old.appender();
            while (old.tailPosition() < 4L * SEGMENT_LENGTH) {
                append(appenderOfOld);
                Thread.onSpinWait();
            }
            store.forceNow();
            storage.holdDirectoryForces("old" + File.separator + "0", gate);
            store.alterTopic(store.topic("old").spec().retentionBytes(1));
            storage.awaitHeld();
            final LogPartition other = store.createTopic(TopicSpec.named("t")).partition(0);
            while (append(other) > 0) {
                // On until the next segment is needed: its name waits behind the removal that is held.
            }

            storage.holdDirectoryForces(null, gate);
            gate.countDown();

            assertThat(Records.untilAccepted(() -> append(other))).isPositive();
            Records.await("all removals", () -> old.beginPosition() >= 3L * SEGMENT_LENGTH);
        } finally {
            gate.countDown();
        }
    }

    private static void awaitThreadIn(final String className, final String method) {
        Records.await(
                className + "." + method,
                () -> Thread.getAllStackTraces().values().stream()
                        .flatMap(Stream::of)
                        .anyMatch(frame -> frame.getClassName().endsWith(className)
                                && frame.getMethodName().equals(method)));
    }

    private LogStore launch() {
        return LogStore.launch(Records.context(directory.resolve("store"))
                .segmentLength(SEGMENT_LENGTH)
                .storage(storage));
    }

    /** Fills the first segment; the housekeeper stands at the name of the second one then. */
    private void holdNameOf(final LogPartition partition) throws InterruptedException {
        storage.holdDirectoryForces("topics" + File.separator + "t", gate);
        while (append(partition) > 0) {
            // On until the next segment is needed.
        }
        storage.awaitHeld();
    }

    private long append(final LogPartition partition) {
        appender = appender == null ? partition.appender() : appender;
        return append(appender);
    }

    private static long append(final LogAppender to) {
        return to.append(RecordKind.DATA, 7, null, 0, 0, VALUE, 0, VALUE.capacity());
    }
}
