package io.millrace.log;

import static io.millrace.log.KilledWriter.BATCH_SIZE;
import static io.millrace.log.KilledWriter.PRODUCERS;
import static io.millrace.log.KilledWriter.REPORT_LENGTH;
import static io.millrace.log.KilledWriter.SEGMENT_LENGTH;
import static io.millrace.log.KilledWriter.TOPIC;
import static io.millrace.log.KilledWriter.WRITERS;
import static io.millrace.log.KilledWriter.isUnaltered;
import static io.millrace.log.KilledWriter.reportFile;
import static io.millrace.log.KilledWriter.writesBatches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    private static final int ROUNDS = Integer.getInteger("millrace.kill.rounds", 30);
    private static final int ROUNDS_PER_DIRECTORY = 10;
    private static final int MAX_REPORTS = 60;
    private static final int MAX_LIFE_MS = 800;

    @TempDir
    private Path directories;

    private Path root;
    private Process child;

    @BeforeEach
    void createRoot() throws IOException {
        root = Files.createDirectory(directories.resolve("first"));
    }

    @AfterEach
    void stopChild() throws InterruptedException {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldKeepEveryCommittedRecordThroughKillsAtRandomInstants() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            try {
                if (round % ROUNDS_PER_DIRECTORY == 0) {
                    root = Files.createDirectory(directories.resolve(Integer.toString(round)));
                }
                startWriter(round);
                awaitInstant(round, random);
                child.destroyForcibly();
                assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
                checkEverything(round);
            } catch (final Throwable failure) {
                throw new AssertionError(
                        "round " + round + ", repeat with -Dmillrace.test.seed=" + seed + "; child said: "
                                + Files.readString(errors()),
                        failure);
            }
        }
    }

    /** Some children die young, while they recover or create their topic; the others in the middle of their work. */
    private void awaitInstant(final int round, final SplittableRandom random) throws InterruptedException {
        if (random.nextInt(4) == 0) {
            assertThat(child.waitFor(random.nextInt(MAX_LIFE_MS), TimeUnit.MILLISECONDS))
                    .as("the child ended by itself")
                    .isFalse();
        } else {
            awaitReports(round, 1 + random.nextInt(MAX_REPORTS));
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
        final Durability durability = Durability.values()[round / ROUNDS_PER_DIRECTORY % Durability.values().length];
        child = ChildJvm.start(
                errors().toFile(), KilledWriter.class, root.toString(), Integer.toString(round), durability.name());
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
        try (LogStore store = LogStore.launch(context())) {
            if (store.hasTopic(TOPIC)) {
                checkRecords(store, lastRound);
            } else {
                assertThat(firstReports(lastRound)).isEmpty();
            }
        }
    }

    /** What was reported in the first round of a directory up to the last, by the first writer of whom there is something. */
    private List<String> firstReports(final int lastRound) {
        for (int round = lastRound - lastRound % ROUNDS_PER_DIRECTORY; round <= lastRound; round++) {
            for (int writer = 0; writer < WRITERS; writer++) {
                final List<String> reports = reports(round, writer);
                if (!reports.isEmpty()) {
                    return reports;
                }
            }
        }
        return List.of();
    }

    private void checkRecords(final LogStore store, final int lastRound) {
        final LogPartition partition = store.topic(TOPIC).partition(0);
        try (LogReader reader = partition.reader()) {
            final long[] next = new long[WRITERS];
            while (reader.poll(record -> checkNext(record, next), 1000) > 0) {
                continue;
            }
            assertThat(reader.position()).isGreaterThan(0);
            for (int round = lastRound - lastRound % ROUNDS_PER_DIRECTORY; round <= lastRound; round++) {
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

    private Path directory() {
        return root.resolve("store");
    }

    private Path errors() {
        return root.resolve("errors.txt");
    }

    private LogContext context() {
        return KilledWriter.context(root);
    }
}
