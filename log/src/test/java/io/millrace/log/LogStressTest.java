package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads on one partition. */
class LogStressTest {
    private static final int THREADS = 4;
    private static final int RECORDS = 50_000;

    @TempDir
    private Path directory;

    @Test
    @Timeout(60)
    void shouldReadEveryRecordOfFourThreadsOnceAndInTheirOrderWhileTheyAppend() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final LogPartition partition = store.createTopic(
                            TopicSpec.named("t").segmentLength(8 * SEGMENT_LENGTH))
                    .partition(0);
            final List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                final int thread = i;
                work.add(() -> append(partition, thread, new SplittableRandom(seed + thread)));
            }
            work.add(() -> readAll(partition));
            work.add(() -> readAll(partition));
            runAll(work);
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -Dmillrace.test.seed=" + seed, failure);
        }

        try (LogStore store = LogStore.launch(Records.context(directory))) {
            readAll(store.topic("t").partition(0));
        }
    }

    private static Void append(final LogPartition partition, final int thread, final SplittableRandom random) {
        final LogAppender appender = partition.appender();
        final RecordClaim claim = new RecordClaim();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[512]);
        int number = 0;
        while (number < RECORDS) {
            final int length = 8 + random.nextInt(100);
            final int choice = random.nextInt(4);
            long result;
            if (choice < 2) {
                fill(bytes, 0, thread, number, length);
                result = appender.append(RecordKind.DATA, number, null, 0, 0, bytes, 0, length);
            } else {
                result = appender.claim(claim, RecordKind.DATA, number, 0, length);
                if (result > 0) {
                    final boolean isAborted = choice == 3 && random.nextInt(4) == 0;
                    fill(new UnsafeBuffer(claim.buffer()), 0, thread, isAborted ? -1 : number, length);
                    if (isAborted) {
                        claim.abort();
                        continue;
                    }
                    claim.commit();
                }
            }
            if (result > 0) {
                number++;
            } else {
                assertThat(result).isEqualTo(Outcome.BACK_PRESSURED);
                Thread.yield();
            }
        }
        return null;
    }

    private static void fill(
            final UnsafeBuffer buffer, final int offset, final int thread, final int number, final int length) {
        buffer.putInt(offset, thread);
        buffer.putInt(offset + 4, number);
        buffer.setMemory(offset + 8, length - 8, (byte) (thread + number));
    }

    private static Void readAll(final LogPartition partition) {
        final int[] next = new int[THREADS];
        int total = 0;
        try (LogReader reader = partition.reader()) {
            while (total < THREADS * RECORDS) {
                final int count = reader.poll(record -> check(record, next), 1000);
                total += count;
                if (count == 0) {
                    Thread.yield();
                }
            }
            assertThat(reader.isAtEnd()).isTrue();
        }
        assertThat(next).containsOnly(RECORDS);
        return null;
    }

    private static void check(final RecordFlyweight record, final int[] next) {
        final int offset = record.valueOffset();
        final int thread = record.buffer().getInt(offset);
        final int number = record.buffer().getInt(offset + 4);
        final byte fill = (byte) (thread + number);
        if (number != next[thread] || record.eventTimeNs() != number) {
            throw new AssertionError("out of order: thread=" + thread + " expected=" + next[thread] + " " + record);
        }
        for (int i = 8; i < record.valueLength(); i++) {
            if (record.buffer().getByte(offset + i) != fill) {
                throw new AssertionError("altered: byte=" + i + " " + record);
            }
        }
        next[thread]++;
    }

    /** A touch of unmapped memory would end this process, and the build with it. */
    @Test
    @Timeout(60)
    void shouldSurviveCloseWhileThreadsAppendAndRead() throws Exception {
        for (int round = 0; round < 40; round++) {
            final Path place = directory.resolve("round" + round);
            final LogStore store = LogStore.launch(Records.context(place));
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final LogAppender appender = partition.appender();
                work.add(() -> appendUntilClosed(appender));
                final LogReader reader = partition.reader();
                work.add(() -> readUntilClosed(reader));
                final LogReader closed = partition.reader();
                work.add(() -> readUntilClosed(closed));
                work.add(() -> closeWhen(partition, closed));
            }
            final long limit = 4096 + 20_000L * (round % 20);
            work.add(() -> {
                Records.await("growth", () -> partition.tailPosition() > limit);
                store.close();
                return null;
            });
            runAll(work);
        }
    }

    private static Void appendUntilClosed(final LogAppender appender) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[200]);
        final RecordClaim claim = new RecordClaim();
        long result = 0;
        while (result != Outcome.CLOSED) {
            result = appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, 200);
            if (appender.claim(claim, RecordKind.DATA, 1, 0, 100) > 0) {
                claim.buffer().setMemory(0, 100, (byte) 1);
                claim.commit();
            }
        }
        return null;
    }

    private static Void readUntilClosed(final LogReader reader) {
        int sum = 0;
        final int[] checksum = new int[1];
        while (sum != Outcome.CLOSED) {
            sum = reader.poll(record -> checksum[0] += record.buffer().getByte(record.valueOffset()), 50);
            if (sum == 0 && reader.position() > 3 * SEGMENT_LENGTH) {
                reader.seekToBegin();
            }
        }
        return null;
    }

    private static Void closeWhen(final LogPartition partition, final LogReader reader) {
        Records.await("growth", () -> partition.tailPosition() > 50_000 || partition.isClosed());
        reader.close();
        return null;
    }

    private static void runAll(final List<Callable<Void>> work) throws Exception {
        final ExecutorService executor = Executors.newFixedThreadPool(work.size());
        try {
            final List<Future<Void>> futures = new ArrayList<>();
            work.forEach(task -> futures.add(executor.submit(task)));
            for (final Future<Void> future : futures) {
                future.get(50, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
