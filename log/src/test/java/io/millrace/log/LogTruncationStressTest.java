package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;

import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Appenders, readers that fall behind, truncation, cuts and rolls, all at once. Each appender numbers its records; a
 * reader that is not told that something is gone must see the next number of each appender.
 */
class LogTruncationStressTest {
    private static final int APPENDERS = 2;
    private static final int RECORDS = 25_000;
    private static final int UNKNOWN = -1;

    @TempDir
    private Path directory;

    private final AtomicInteger appendersLeft = new AtomicInteger(APPENDERS);
    private final AtomicLong jumps = new AtomicLong();
    private long seed;

    @Test
    @Timeout(90)
    void shouldNeverLeaveOutARecordWithoutAWordWhileTheLogIsTruncatedUnderItsReaders() throws Exception {
        seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final LogContext context = Records.context(directory).cutIntervalNs(TimeUnit.MILLISECONDS.toNanos(2));
        try (LogStore store = LogStore.launch(context);
                LogStore other = openAfterCreation(store)) {
            final LogPartition partition = store.topic("t").partition(0);
            final List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < APPENDERS; i++) {
                final int id = i;
                work.add(() -> append(partition, id));
            }
            work.add(() -> read(partition, 10));
            work.add(() -> read(other.topic("t").partition(0), 11));
            work.add(() -> seek(partition, 12));
            work.add(() -> seek(other.topic("t").partition(0), 13));
            work.add(() -> truncate(partition));
            runAll(work);
            if (jumps.get() == 0) {
                throw new AssertionError("nobody was left behind, so nothing was tested");
            }
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -Dmillrace.test.seed=" + seed, failure);
        }
    }

    private LogStore openAfterCreation(final LogStore store) {
        store.createTopic(TopicSpec.named("t"));
        return LogStore.openReadOnly(Records.context(directory));
    }

    private Void append(final LogPartition partition, final int id) {
        final SplittableRandom random = new SplittableRandom(seed + id);
        final LogAppender appender = partition.appender();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[1000]);
        int number = 0;
        while (number < RECORDS) {
            final int length = 8 + random.nextInt(600);
            bytes.putInt(0, id);
            bytes.putInt(4, number);
            bytes.setMemory(8, length - 8, (byte) (id + number));
            final long result = appender.append(RecordKind.DATA, number, null, 0, 0, bytes, 0, length);
            if (result > 0) {
                number++;
            } else if (result == Outcome.BACK_PRESSURED) {
                Thread.yield();
            } else {
                throw new AssertionError(Outcome.name(result));
            }
        }
        appendersLeft.decrementAndGet();
        return null;
    }

    /** Reads in order, and falls behind now and then. */
    private Void read(final LogPartition partition, final int salt) {
        final SplittableRandom random = new SplittableRandom(seed + salt);
        final int[] next = new int[APPENDERS];
        try (LogReader reader = partition.reader()) {
            while (appendersLeft.get() > 0 || !isAtEnd(reader, next)) {
                try {
                    reader.poll(record -> check(record, next), 1 + random.nextInt(200));
                } catch (final PositionGoneException ex) {
                    jump(reader, ex, next);
                }
                if (random.nextInt(2_000) == 0) {
                    final long behind = partition.tailPosition();
                    Records.await(
                            "growth",
                            () -> partition.tailPosition() > behind + 3L * SEGMENT_LENGTH || appendersLeft.get() == 0);
                }
            }
        }
        for (int i = 0; i < APPENDERS; i++) {
            if (next[i] != RECORDS && next[i] != UNKNOWN) {
                throw new AssertionError("the end was not reached: appender=" + i + " next=" + next[i]);
            }
        }
        return null;
    }

    private boolean isAtEnd(final LogReader reader, final int[] next) {
        try {
            return reader.isAtEnd();
        } catch (final PositionGoneException ex) {
            jump(reader, ex, next);
            return false;
        }
    }

    private void jump(final LogReader reader, final PositionGoneException ex, final int[] next) {
        jumps.incrementAndGet();
        final long position = reader.position();
        if (ex.firstPosition() <= position) {
            throw new AssertionError("not gone: " + reader + " " + ex.getMessage());
        }
        reader.seekToBegin();
        if (reader.position() < ex.firstPosition()) {
            throw new AssertionError("moved to what is gone: " + reader + " " + ex.getMessage());
        }
        java.util.Arrays.fill(next, UNKNOWN);
    }

    /** Seeks to anywhere by position and by time; behind it, all is in order. */
    private Void seek(final LogPartition partition, final int salt) {
        final SplittableRandom random = new SplittableRandom(seed + salt);
        final int[] next = new int[APPENDERS];
        try (LogReader reader = partition.reader()) {
            while (appendersLeft.get() > 0) {
                java.util.Arrays.fill(next, UNKNOWN);
                final long before = reader.position();
                try {
                    switch (random.nextInt(4)) {
                        case 0 -> reader.seek(random.nextLong(partition.tailPosition() + 1));
                        case 1 ->
                            reader.seekToLogTime(random.nextBoolean() ? 0 : System.currentTimeMillis() * 1_000_000);
                        case 2 -> reader.seekToBegin();
                        default -> reader.seekToEnd();
                    }
                } catch (final PositionGoneException ex) {
                    jumps.incrementAndGet();
                    if (reader.position() != before) {
                        throw new AssertionError("moved: " + reader + " from=" + before);
                    }
                    reader.seekToBegin();
                }
                try {
                    for (int i = random.nextInt(20); i > 0; i--) {
                        reader.poll(record -> check(record, next), 50);
                    }
                } catch (final PositionGoneException ex) {
                    reader.seekToEnd();
                }
            }
        }
        return null;
    }

    private static void check(final RecordFlyweight record, final int[] next) {
        final int offset = record.valueOffset();
        final int id = record.buffer().getInt(offset);
        final int number = record.buffer().getInt(offset + 4);
        if (next[id] != UNKNOWN && next[id] != number) {
            throw new AssertionError("left out: appender=" + id + " expected=" + next[id] + " " + record);
        }
        for (int i = 8; i < record.valueLength(); i++) {
            if (record.buffer().getByte(offset + i) != (byte) (id + number)) {
                throw new AssertionError("other bytes: " + record);
            }
        }
        next[id] = number + 1;
    }

    private Void truncate(final LogPartition partition) {
        final SplittableRandom random = new SplittableRandom(seed - 1);
        while (appendersLeft.get() > 0) {
            partition.truncateBefore(partition.tailPosition() - random.nextInt(4 * SEGMENT_LENGTH));
            Thread.yield();
        }
        return null;
    }

    private static void runAll(final List<Callable<Void>> work) throws Exception {
        final ExecutorService executor = Executors.newFixedThreadPool(work.size());
        try {
            final List<Future<Void>> futures = new ArrayList<>();
            work.forEach(task -> futures.add(executor.submit(task)));
            for (final Future<Void> future : futures) {
                future.get(80, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
