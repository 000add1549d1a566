package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.await;
import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding a record by its log time, with the index of full segments, without it, and with a wrong one. */
class LogTimeTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int INDEX_OFFSET = 64;
    private static final int APPENDERS = 3;

    @TempDir
    private Path directory;

    private final List<Long> positions = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private long clockNs = 1_000_000;

    @RepeatedTest(3)
    void shouldFindTheFirstRecordNotOlderThanAnyTime() throws IOException {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        try {
            for (int round = 0; round < 3; round++) {
                try (LogStore store = launch()) {
                    appendSome(partition(store), random);
                    checkTimes(partition(store), random);
                    if (round == 0) {
                        checkTimes(partition(store), random);
                    }
                }
                damageAnIndex(random);
            }
            try (LogStore store = LogStore.openReadOnly(context())) {
                checkTimes(store.topic("t").partition(0), random);
            }
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed, failure);
        }
    }

    @Test
    void shouldIndexASegmentThatIsFullAndIndexItAgainWhenAWalkFindsThatTheIndexIsGone() throws IOException {
        try (LogStore store = launch()) {
            appendSome(partition(store), new SplittableRandom(1));
            await("an index", () -> hasIndex(0));
        }
        overwrite(0, INDEX_OFFSET, new byte[4096 - INDEX_OFFSET]);
        Records.deleteSnapshots(directory);
        Records.deleteCuts(directory);
        assertThat(hasIndex(0)).isFalse();

        try (LogStore store = launch()) {
            assertThat(hasIndex(0)).isTrue();
            checkTimes(partition(store), new SplittableRandom(2));
        }
    }

    @Test
    void shouldReadOnFromTheRecordFound() {
        try (LogStore store = launch();
                LogReader reader = partition(store).reader()) {
            appendSome(partition(store), new SplittableRandom(3));

            reader.seekToLogTime(Long.MAX_VALUE);
            assertThat(reader.isAtEnd()).isTrue();
            final long last = append(partition(store).appender());
            assertThat(reader.poll(record -> assertThat(record.position()).isEqualTo(last), 2))
                    .isOne();

            reader.seekToLogTime(Long.MIN_VALUE);
            assertThat(reader.poll(record -> assertThat(record.position()).isEqualTo(positions.get(0)), 1))
                    .isOne();
        }
    }

    @Test
    void shouldFindNothingInAnEmptyPartition() {
        try (LogStore store = launch();
                LogReader reader = partition(store).reader()) {
            reader.seekToLogTime(5);

            assertThat(reader.isAtEnd()).isTrue();
            final long first = append(partition(store).appender());
            assertThat(reader.poll(record -> assertThat(record.position()).isEqualTo(first), 1))
                    .isOne();
        }
    }

    /** Each appender's log times never go back, but those of another may be behind. */
    private void appendSome(final LogPartition partition, final SplittableRandom random) {
        final List<LogAppender> appenders = new ArrayList<>();
        for (int i = 0; i < APPENDERS; i++) {
            appenders.add(partition.appender());
        }
        final RecordClaim claim = new RecordClaim();
        for (int i = 0; i < 2_000; i++) {
            clockNs += random.nextInt(60) - 20;
            final LogAppender appender = appenders.get(random.nextInt(APPENDERS));
            if (random.nextInt(10) == 0) {
                untilAccepted(() -> appender.claim(claim, RecordKind.DATA, 1, 0, 500));
                claim.abort();
            } else {
                append(appender);
            }
        }
        assertThat(partition.tailPosition()).isGreaterThan(2L * SEGMENT_LENGTH);
        readTimes(partition);
    }

    private static long append(final LogAppender appender) {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[60]);
        return untilAccepted(() -> appender.append(RecordKind.DATA, 1, null, 0, 0, value, 0, 60));
    }

    private void readTimes(final LogPartition partition) {
        positions.clear();
        times.clear();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(
                            record -> {
                                positions.add(record.position());
                                times.add(record.logTimeNs());
                            },
                            100)
                    > 0) {
                continue;
            }
        }
    }

    private void checkTimes(final LogPartition partition, final SplittableRandom random) {
        try (LogReader reader = partition.reader()) {
            for (int i = 0; i < 200; i++) {
                final long time = random.nextInt(2) == 0
                        ? times.get(random.nextInt(times.size())) + random.nextInt(3) - 1
                        : random.nextLong(times.get(0) - 100, clockNs + 100);
                final int expected = firstNotOlder(time);
                reader.seekToLogTime(time);
                final int count =
                        reader.poll(record -> assertThat(record.position()).isEqualTo(positions.get(expected)), 1);
                assertThat(count).isEqualTo(expected == positions.size() ? 0 : 1);
            }
        }
    }

    private int firstNotOlder(final long time) {
        int i = 0;
        while (i < times.size() && times.get(i) < time) {
            i++;
        }
        return i;
    }

    private void damageAnIndex(final SplittableRandom random) throws IOException {
        final byte[] damage = new byte[1 + random.nextInt(200)];
        random.nextBytes(damage);
        overwrite(SEGMENT_LENGTH * (long) random.nextInt(2), INDEX_OFFSET + random.nextInt(3000), damage);
    }

    private boolean hasIndex(final long base) {
        try (RandomAccessFile file = new RandomAccessFile(segment(base).toFile(), "r")) {
            file.seek(INDEX_OFFSET);
            return file.readInt() != 0;
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private void overwrite(final long base, final int offset, final byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment(base).toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }

    private Path segment(final long base) {
        return directory.resolve("topics/t/0/" + String.format("%020d.seg", base));
    }

    private LogContext context() {
        return Records.context(directory).clock(() -> clockNs);
    }

    private LogStore launch() {
        return LogStore.launch(context());
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }
}
