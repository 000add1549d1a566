package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.CrashImageStorage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Random work on a store beside a list of what it must hold: appends of all sorts, claims that are open for a while, reopens
 * in good order and by force; in between every kind of seek and read.
 */
class LogPropertyTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final List<TopicSpec> TOPICS = List.of(
            TopicSpec.named("one").partitions(2).retentionBytes(3 * Records.SEGMENT_LENGTH),
            TopicSpec.named("two").segmentLength(128 * 1024));
    private static final int STEPS = 600;

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @RepeatedTest(20)
    void shouldReadWhatWasAppendedFromAnywhere() {
        final CrashWorkload workload =
                new CrashWorkload(random, TOPICS, UnaryOperator.identity()).claimTimeoutNs(TimeUnit.HOURS.toNanos(1));
        CrashImageStorage disk = new CrashImageStorage();
        try {
            for (int generation = 0; generation < 4; generation++) {
                workload.open(disk);
                for (int i = random.nextInt(STEPS); i > 0; i--) {
                    workload.step();
                    if (random.nextInt(50) == 0) {
                        checkReads(workload);
                    }
                }
                checkReads(workload);
                disk = reopenable(workload, disk);
            }
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed, failure);
        }
    }

    private CrashImageStorage reopenable(final CrashWorkload workload, final CrashImageStorage disk) {
        switch (random.nextInt(3)) {
            case 0:
                workload.close();
                return disk;
            case 1:
                workload.close();
                return disk.crashPoint().reboot();
            default:
                workload.forgetStore();
                return disk.crashPoint().processCrash();
        }
    }

    private void checkReads(final CrashWorkload workload) {
        for (final PartitionHistory history : workload.histories()) {
            final ExpectedRecord[] expected = history.readable();
            try (LogReader reader = history.partition().reader()) {
                final long[] logTimes = checkAll(reader, expected);
                for (int i = 0; i < 10; i++) {
                    checkSeek(reader, expected, randomPosition(history, expected));
                    checkSeekToLogTime(reader, expected, logTimes);
                }
                reader.seekToEnd();
                assertThat(reader.isAtEnd()).isTrue();
                reader.seekToBegin();
                checkNext(reader, expected, 0, random.nextInt(20));
            }
        }
    }

    private static long[] checkAll(final LogReader reader, final ExpectedRecord[] expected) {
        final long[] logTimes = new long[expected.length];
        final int[] count = {0};
        while (reader.poll(
                        record -> {
                            assertThat(count[0]).isLessThan(expected.length);
                            expected[count[0]].check(record);
                            logTimes[count[0]++] = record.logTimeNs();
                        },
                        100)
                > 0) {
            continue;
        }
        assertThat(count[0]).isEqualTo(expected.length);
        return logTimes;
    }

    private long randomPosition(final PartitionHistory history, final ExpectedRecord[] expected) {
        final long position = expected.length > 0 && random.nextBoolean()
                ? expected[random.nextInt(expected.length)].position() + random.nextInt(-8, 9)
                : random.nextLong(-10, history.partition().tailPosition() + 10_000);
        // Whoever seeks behind a claim that is open may be in a later segment, and finds what is there.
        return Math.max(
                Math.min(position, history.openPosition()), history.partition().beginPosition());
    }

    private void checkSeek(final LogReader reader, final ExpectedRecord[] expected, final long position) {
        reader.seek(position);
        int index = 0;
        while (index < expected.length && expected[index].position() < position) {
            index++;
        }
        checkNext(reader, expected, index, random.nextInt(20));
    }

    private void checkSeekToLogTime(final LogReader reader, final ExpectedRecord[] expected, final long[] logTimes) {
        if (logTimes.length > 0) {
            final long timeNs = logTimes[random.nextInt(logTimes.length)] + random.nextInt(-1_500, 1_500);
            reader.seekToLogTime(timeNs);
            int index = 0;
            while (index < expected.length && logTimes[index] < timeNs) {
                index++;
            }
            checkNext(reader, expected, index, random.nextInt(20));
        }
    }

    /** Polls once and expects the records from an index on, as many as were asked for or as there are. */
    private static void checkNext(
            final LogReader reader, final ExpectedRecord[] expected, final int from, final int limit) {
        final int[] count = {0};
        final int polled = reader.poll(record -> expected[from + count[0]++].check(record), limit);
        assertThat(polled).isEqualTo(count[0]).isEqualTo(Math.min(limit, expected.length - from));
    }
}
