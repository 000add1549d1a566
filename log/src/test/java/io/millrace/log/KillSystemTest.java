package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a real process in the middle of its appends, several times over the same directory. The process appends with
 * three threads and two producers on one partition and writes each position to a side file after the record's commit;
 * every position in those files must lead to its record, unaltered. One thread of either sort writes batches, which must
 * be there as a whole or not at all.
 */
class KillSystemTest {
    private static final int ROUNDS = 5;
    private static final int WRITERS = 5;
    private static final int PRODUCERS = 2;
    private static final int SEGMENT_LENGTH = 1024 * 1024;
    private static final int REPORT_LENGTH = 14;
    private static final int BATCH_SIZE = 4;
    private static final String TOPIC = "t";

    @TempDir
    private Path root;

    private Process child;

    @AfterEach
    void stopChild() throws InterruptedException {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    @Timeout(120)
    void shouldKeepEveryCommittedRecordThroughKillsAtRandomInstants() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                startWriter(round);
                awaitReports(round, 1 + random.nextInt(1_500));
                child.destroyForcibly();
                assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
                checkEverything(round);
            }
        } catch (final Throwable failure) {
            throw new AssertionError(
                    "repeat with -Dmillrace.test.seed=" + seed + "; child said: " + Files.readString(errors()),
                    failure);
        }
    }

    @Test
    @Timeout(60)
    void shouldTailALiveStoreOfAnotherProcessAndRefuseToOpenItForWriting() throws Exception {
        startWriter(0);
        awaitReports(0, 1);

        assertThatThrownBy(() -> LogStore.launch(context()))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORE_IN_USE))
                .hasMessage("directory " + directory() + " is owned by process " + child.pid()
                        + "; stop it or choose another directory");

        try (LogStore store = LogStore.openReadOnly(context());
                LogReader reader = store.topic(TOPIC).partition(0).reader()) {
            final long[] next = new long[WRITERS];
            // Far enough to see segments appear that did not exist when the store was opened.
            Records.await("five segments", () -> {
                reader.poll(record -> checkNext(record, next), 1000);
                return reader.position() > 5L * SEGMENT_LENGTH;
            });
            assertThat(store.topic(TOPIC).partition(0).tailPosition()).isGreaterThanOrEqualTo(reader.position());
            assertThat(store.producerId("producer 1")).isEqualTo(2);
            Files.createFile(root.resolve("create-another-topic"));
            Records.await("a new topic", () -> store.hasTopic("another"));
            assertThat(store.topic("another").partitionCount()).isEqualTo(3);
        }
    }

    /** On POSIX a process drops its lock when it closes any descriptor of the lock file. */
    @Test
    @Timeout(60)
    void shouldKeepTheLockAfterSomebodyElseInThisProcessTriedToTakeIt() throws Exception {
        try (LogStore store = LogStore.launch(context())) {
            store.createTopic(TopicSpec.named(TOPIC));
            assertThatThrownBy(() -> LogStore.launch(context())).isInstanceOf(MillraceException.class);
            LogStore.openReadOnly(context()).close();

            startWriter(0);

            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(errors()))
                    .contains("is owned by process " + ProcessHandle.current().pid() + "; stop it");
        }
    }

    private void startWriter(final int round) throws IOException {
        Files.deleteIfExists(errors());
        child = ChildJvm.start(errors().toFile(), Writer.class, root.toString(), Integer.toString(round));
    }

    private void awaitReports(final int round, final int count) {
        Records.await(count + " reports", () -> {
            assertThat(child.isAlive()).as("the child ended by itself").isTrue();
            for (int writer = 0; writer < WRITERS; writer++) {
                if (reportFile(root, round, writer).toFile().length() < (long) count * REPORT_LENGTH) {
                    return false;
                }
            }
            return true;
        });
    }

    private List<String> reports(final int round, final int writer) {
        final Path file = reportFile(root, round, writer);
        try {
            final String text = Files.exists(file) ? Files.readString(file) : "";
            // The last line may have been cut off by the kill.
            return text.isEmpty()
                    ? List.of()
                    : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private void checkEverything(final int lastRound) {
        try (LogStore store = LogStore.launch(context());
                LogReader reader = store.topic(TOPIC).partition(0).reader()) {
            final LogPartition partition = store.topic(TOPIC).partition(0);
            final long[] next = new long[WRITERS];
            while (reader.poll(record -> checkNext(record, next), 1000) > 0) {
                continue;
            }
            assertThat(reader.position()).isGreaterThan(0);
            for (int round = 0; round <= lastRound; round++) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    checkReported(reader, round, writer);
                }
            }
            for (int writer = 0; writer < WRITERS; writer++) {
                assertThat(isBetweenBatches(writer, next[writer])).isTrue();
            }
            for (int i = 0; i < PRODUCERS; i++) {
                try (ProducerAppender producer = partition.producer(store.producerId("producer " + i))) {
                    assertThat(producer.lastSequence()).isEqualTo(next[i] - 1);
                }
            }
        }
    }

    /** Every record of a writer carries the number after the one before, across all rounds. */
    private static void checkNext(final RecordFlyweight record, final long[] next) {
        final int writer = record.buffer().getInt(record.valueOffset());
        final long number = record.buffer().getLong(record.valueOffset() + 4);
        assertThat(isUnaltered(record) && record.isChecksumValid())
                .as("%s", record)
                .isTrue();
        if (writer < PRODUCERS) {
            assertThat(number).isEqualTo(next[writer]).isEqualTo(record.sequence());
        } else {
            // Writers without a producer start over in each round.
            assertThat(number == next[writer] || number == 0 && isBetweenBatches(writer, next[writer]))
                    .as("%s", record)
                    .isTrue();
        }
        next[writer] = number + 1;
    }

    private static boolean writesBatches(final int writer) {
        return writer == 1 || writer == WRITERS - 1;
    }

    private static boolean isBetweenBatches(final int writer, final long number) {
        return !writesBatches(writer) || number % BATCH_SIZE == 0;
    }

    private void checkReported(final LogReader reader, final int round, final int writer) {
        for (final String line : reports(round, writer)) {
            final String[] fields = line.split(" ");
            final long position = Long.parseLong(fields[0]);
            reader.seek(position);
            final int count = reader.poll(
                    record -> {
                        assertThat(record.position()).isEqualTo(position);
                        assertThat(record.buffer().getInt(record.valueOffset())).isEqualTo(writer);
                        assertThat(record.buffer().getLong(record.valueOffset() + 4))
                                .isEqualTo(Long.parseLong(fields[1]));
                    },
                    1);
            assertThat(count).isOne();
        }
    }

    private static boolean isUnaltered(final RecordFlyweight record) {
        final byte[] bytes = new byte[record.valueLength() - 8];
        record.buffer().getBytes(record.valueOffset(), bytes);
        final CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue() == record.buffer().getLong(record.valueOffset() + bytes.length);
    }

    private Path directory() {
        return root.resolve("store");
    }

    private Path errors() {
        return root.resolve("errors.txt");
    }

    private LogContext context() {
        return new LogContext().directory(directory()).segmentLength(SEGMENT_LENGTH);
    }

    private static Path reportFile(final Path root, final int round, final int writer) {
        return root.resolve("reports-" + round + '-' + writer);
    }

    /** The process that is killed. */
    static final class Writer {
        private static final int REPORT_EVERY = 10;

        private Writer() {}

        public static void main(final String[] args) throws Exception {
            final Path root = Path.of(args[0]);
            final int round = Integer.parseInt(args[1]);
            final LogStore store = LogStore.launch(
                    new LogContext().directory(root.resolve("store")).segmentLength(SEGMENT_LENGTH));
            final LogPartition partition =
                    store.createTopic(TopicSpec.named(TOPIC)).partition(0);
            for (int i = 0; i < WRITERS; i++) {
                final int writer = i;
                final int producerId = i < PRODUCERS ? store.producerId("producer " + i) : 0;
                new Thread(() -> write(root, round, partition, writer, producerId)).start();
            }
            Records.await("the end", () -> {
                if (Files.exists(root.resolve("create-another-topic"))) {
                    store.createTopic(TopicSpec.named("another").partitions(3));
                }
                Thread.yield();
                return false;
            });
        }

        private static void write(
                final Path root,
                final int round,
                final LogPartition partition,
                final int writer,
                final int producerId) {
            try (BufferedWriter reports =
                    Files.newBufferedWriter(reportFile(root, round, writer), StandardCharsets.US_ASCII)) {
                final ProducerAppender producer = producerId == 0 ? null : partition.producer(producerId);
                final LogAppender appender = partition.appender();
                final SplittableRandom random = new SplittableRandom(writer);
                final RecordClaim claim = new RecordClaim();
                final BatchClaim batch = new BatchClaim();
                long number = producer == null ? 0 : producer.lastSequence() + 1;
                while (true) {
                    final int length = 20 + random.nextInt(300);
                    final int batchLength = BATCH_SIZE * BatchClaim.recordLength(0, length);
                    final long sequence = number;
                    final long position;
                    if (writesBatches(writer)) {
                        position = Records.untilAccepted(() -> producer == null
                                ? appender.claimBatch(batch, batchLength)
                                : producer.claimBatch(batch, sequence, batchLength));
                        for (int i = 0; i < BATCH_SIZE; i++) {
                            batch.next(RecordKind.DATA, 1, 0, length);
                            fill(new UnsafeBuffer(batch.buffer(), 0, length), writer, number + i, length);
                        }
                        batch.commit();
                    } else {
                        position = Records.untilAccepted(() -> producer == null
                                ? appender.claim(claim, RecordKind.DATA, 1, 0, length)
                                : producer.claim(claim, sequence, RecordKind.DATA, 1, 0, length));
                        fill(new UnsafeBuffer(claim.buffer(), 0, length), writer, number, length);
                        claim.commit();
                    }
                    if (number % REPORT_EVERY == 0) {
                        reports.write(position + " " + number + "\n");
                        reports.flush();
                    }
                    number += writesBatches(writer) ? BATCH_SIZE : 1;
                }
            } catch (final IOException ex) {
                throw new java.io.UncheckedIOException(ex);
            }
        }

        private static void fill(final UnsafeBuffer buffer, final int writer, final long number, final int length) {
            final byte[] bytes = new byte[length - 8];
            Arrays.fill(bytes, (byte) number);
            final UnsafeBuffer view = new UnsafeBuffer(bytes);
            view.putInt(0, writer);
            view.putLong(4, number);
            final CRC32 crc = new CRC32();
            crc.update(bytes);
            buffer.putBytes(0, bytes);
            buffer.putLong(bytes.length, crc.getValue());
        }
    }
}
