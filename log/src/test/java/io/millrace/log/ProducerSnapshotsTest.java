package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.await;
import static io.millrace.log.Records.copy;
import static io.millrace.log.Records.deleteCuts;
import static io.millrace.log.Records.deleteSnapshots;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is written beside the segments, and what an opening makes of it. */
class ProducerSnapshotsTest {
    private static final int PRODUCERS = 3;
    private static final UnsafeBuffer BYTES = new UnsafeBuffer(new byte[1000]);

    @TempDir
    private Path root;

    private Path live;
    private final long[] lastSequences = {-1, -1, -1, -1};

    @BeforeEach
    void choosePlace() {
        live = root.resolve("live");
    }

    @Test
    void shouldWriteOneAtEachSegmentsEndAndOneAtTheTailWhenTheStoreIsClosed() throws IOException {
        final long tail;
        try (LogStore store = launch(live)) {
            appendSegments(store, 3);
            await("three snapshots", () -> snapshots(live).size() == 3);
            tail = partition(store).tailPosition();
        }

        assertThat(snapshots(live))
                .containsExactly((long) SEGMENT_LENGTH, 2L * SEGMENT_LENGTH, 3L * SEGMENT_LENGTH, tail);
    }

    @Test
    void shouldReplaceTheOneAtTheTailByTheNextOne() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (LogStore store = launch(live)) {
                append(store, 1);
            }
        }
        final long tail = 4096 + 3 * 1040;
        assertThat(snapshots(live)).containsExactly(tail);

        try (LogStore store = launch(live)) {
            appendSegments(store, 1);
            await("the next", () -> snapshots(live).equals(List.of((long) SEGMENT_LENGTH)));
        }
    }

    @Test
    void shouldNotWalkWhatTheNewestOneCovers() throws IOException {
        try (LogStore store = launch(live)) {
            appendSegments(store, 3);
            await("three snapshots", () -> snapshots(live).size() == 3);
            copy(live, root.resolve("killed"));
        }

        deleteCuts(live);
        assertThat(recordsWalked(live)).isZero();
        assertThat(recordsWalked(root.resolve("killed"))).isBetween(1, SEGMENT_LENGTH / 1040);
        deleteSnapshots(live);
        deleteCuts(live);
        assertThat(recordsWalked(live)).isGreaterThanOrEqualTo(3 * (SEGMENT_LENGTH - 4096) / 1040);
    }

    @Test
    void shouldKnowEveryProducersLastSequenceWhateverIsLeftOfTheSnapshots() throws IOException {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 30; round++) {
            final Path copy = root.resolve("copy " + round);
            try (LogStore store = launch(live)) {
                // The first record makes the topic.
                final int atLeast = round == 0 ? 1 : 0;
                for (int i = Math.max(atLeast, random.nextInt(150)); i > 0; i--) {
                    append(store, 1 + random.nextInt(PRODUCERS));
                }
                if (random.nextBoolean()) {
                    copy(live, copy);
                }
            }
            if (!Files.exists(copy)) {
                copy(live, copy);
            }
            for (final long position : snapshots(copy)) {
                if (random.nextInt(3) == 0) {
                    damage(copy.resolve("topics/t/0/" + String.format("%020d.producers", position)), random);
                }
            }
            try (LogStore store = launch(copy)) {
                assertSequences(store, seed);
                append(store, 1);
                lastSequences[1]--;
            }
        }
    }

    @Test
    void shouldDoWithoutThoseThatSayMoreThanTheLogHolds() throws IOException {
        try (LogStore store = launch(live)) {
            append(store, 1);
        }
        final Path copy = root.resolve("copy");
        copy(live, copy);
        try (LogStore store = launch(live)) {
            appendSegments(store, 2);
        }
        for (final long position : snapshots(live)) {
            final String name = "topics/t/0/" + String.format("%020d.producers", position);
            Files.copy(live.resolve(name), copy.resolve(name));
        }
        lastSequences[1] = 0;
        lastSequences[2] = -1;
        lastSequences[3] = -1;

        // The one that lies within the last file is taken at its word, so it must not be there.
        Files.delete(copy.resolve("topics/t/0/" + String.format("%020d.producers", SEGMENT_LENGTH)));
        try (LogStore store = launch(copy)) {
            assertSequences(store, 0);
        }
        assertThat(snapshots(copy)).containsExactly(4096L + 1040);
    }

    @Test
    void shouldGoOnWhenTheDiskTakesNone() {
        final FaultyStorage storage = new FaultyStorage();
        try (LogStore store = LogStore.launch(Records.context(live).storage(storage))) {
            append(store, 1);
            await("the next segment", () -> Files.exists(live.resolve("topics/t/0/00000000000000065536.seg")));
            storage.failWrites(FaultyStorage.Fault.NO_SPACE, 0);
            while (partition(store).tailPosition() < SEGMENT_LENGTH + 8192) {
                append(store, 1);
            }
            await("a failure", () -> storage.faultCount() > 0);
            storage.failWrites(FaultyStorage.Fault.NONE, 0);
            appendSegments(store, 2);
            await("later ones", () -> snapshots(live).contains(3L * SEGMENT_LENGTH));
        }
        try (LogStore store = launch(live)) {
            assertSequences(store, 0);
        }
    }

    private void assertSequences(final LogStore store, final long seed) {
        for (int id = 1; id <= PRODUCERS; id++) {
            try (ProducerAppender producer = partition(store).producer(id)) {
                assertThat(producer.lastSequence())
                        .as("producer %d, repeat with -Dmillrace.test.seed=%d", id, seed)
                        .isEqualTo(lastSequences[id]);
            }
        }
    }

    private static void damage(final Path file, final SplittableRandom random) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            if (random.nextBoolean()) {
                bytes.setLength(random.nextLong(bytes.length()));
            } else {
                final long offset = random.nextLong(bytes.length());
                bytes.seek(offset);
                final int old = bytes.read();
                bytes.seek(offset);
                bytes.write(old ^ 1 << random.nextInt(8));
            }
        }
    }

    private void appendSegments(final LogStore store, final int count) {
        final long end = partition(store).tailPosition() + (long) count * SEGMENT_LENGTH;
        for (int i = 0; partition(store).tailPosition() < end; i++) {
            append(store, 1 + i % PRODUCERS);
        }
    }

    /** Appends one record of 1,040 bytes. */
    private void append(final LogStore store, final int id) {
        try (ProducerAppender producer = partition(store).producer(id)) {
            final long sequence = ++lastSequences[id];
            await(
                    "accepted",
                    () -> producer.append(sequence, RecordKind.DATA, 1, null, 0, 0, BYTES, 0, BYTES.capacity()) > 0);
        }
    }

    private static List<Long> snapshots(final Path directory) {
        try (Stream<Path> files = Files.list(directory.resolve("topics/t/0"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".producers"))
                    .map(name -> Long.parseLong(name.substring(0, 20)))
                    .sorted()
                    .toList();
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private static int recordsWalked(final Path directory) {
        final Logger logger = (Logger) LoggerFactory.getLogger(LogStore.class);
        final ListAppender<ILoggingEvent> listener = new ListAppender<>();
        listener.start();
        logger.addAppender(listener);
        final Level level = logger.getLevel();
        logger.setLevel(Level.INFO);
        try {
            launch(directory).close();
        } finally {
            logger.detachAppender(listener);
            logger.setLevel(level);
        }
        final List<String> lines = new ArrayList<>();
        listener.list.forEach(event -> lines.add(event.getFormattedMessage()));
        return Integer.parseInt(lines.get(0).replaceAll(".* records=(\\d+).*", "$1"));
    }

    private static LogStore launch(final Path directory) {
        return LogStore.launch(Records.context(directory));
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }
}
