package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.CrashPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Takes the power away from a store with two sources and what is made from them, again and again, and works on with what is
 * left. Each record of a source carries its number; each derived one, how many records of its source had been read.
 */
class PowerCutTest {
    private static final Path DIRECTORY = Path.of("/data/store");
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int STATES = Integer.getInteger("millrace.test.states", 6_000);
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private long nowNs = 1_000_000_000_000L;

    /** What was committed to one partition, in order, and how much of it may not be lost. */
    private static final class History {
        private final String topic;
        private final List<Long> values = new ArrayList<>();
        private final List<Long> positions = new ArrayList<>();
        private final List<Boolean> hasMore = new ArrayList<>();
        private long durablePosition;

        History(final String topic) {
            this.topic = topic;
        }

        long durableCount() {
            return positions.stream()
                    .filter(position -> position < durablePosition)
                    .count();
        }

        void cutTo(final int count) {
            values.subList(count, values.size()).clear();
            positions.subList(count, positions.size()).clear();
            hasMore.subList(count, hasMore.size()).clear();
        }
    }

    private final History source = new History("source");
    private final History slow = new History("slow");
    private final History derived = new History("derived");
    private final History twice = new History("twice");
    private final List<History> histories = List.of(source, slow, derived, twice);

    @Test
    void shouldLoseNothingThatWasDurableAndKeepNothingThatWasMadeFromWhatIsLost() {
        int states = 0;
        while (states < STATES) {
            histories.forEach(history -> history.cutTo(0));
            final List<CrashImageStorage> disks = new ArrayList<>();
            CrashImageStorage disk = new CrashImageStorage();
            for (int generation = 0; generation < 6; generation++) {
                disks.add(disk);
                states += live(disk);
                final CrashImageStorage image = next(disk.crashPoint());
                disks.add(image);
                tryCheck(image, true);
                // The store that looked at it is gone as well.
                disk = image.crashPoint().processCrash();
            }
            disks.forEach(CrashImageStorage::close);
            disk.close();
        }
    }

    /** The cut is in one segment, and what is proven to follow it ends in the next. */
    @Test
    void shouldKeepWhatFollowsTheCutWhenTheProcessEndsTooAfterTheMachineStopped() {
        final CrashImageStorage disk = new CrashImageStorage();
        final LogStore store = LogStore.launch(context(disk));
        createTopics(store);
        append(store, source, 0);
        store.forceNow();
        while (partition(store, source).tailPosition() < Records.SEGMENT_LENGTH + 10_000) {
            append(store, source, source.values.size());
        }
        store.invokeConductor(nowNs);
        readDurable(store);

        final CrashImageStorage afterStop = disk.crashPoint().reboot();
        LogStore.launch(context(afterStop));
        final CrashImageStorage afterEnd = afterStop.crashPoint().processCrash();

        tryCheck(afterEnd, false);
        assertThat(source.durableCount()).isEqualTo(source.values.size());
    }

    private void tryCheck(final CrashImageStorage image, final boolean isToStay) {
        try {
            check(image, isToStay);
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed + " image=" + image, failure);
        }
    }

    private CrashImageStorage next(final CrashPoint point) {
        final int choice = random.nextInt(4);
        return choice == 0 ? point.processCrash() : point.machineCrash(random.nextLong());
    }

    /** Works for a while, crashing copies of the disk on the way. */
    private int live(final CrashImageStorage disk) {
        int states = 0;
        final LogStore store = LogStore.launch(context(disk));
        createTopics(store);
        final int steps = 1 + random.nextInt(60);
        for (int i = 0; i < steps; i++) {
            step(store, disk);
            if (random.nextInt(4) == 0) {
                final CrashPoint point = disk.crashPoint();
                for (int k = 0; k < 3; k++) {
                    final CrashImageStorage image = next(point);
                    tryCheck(image, false);
                    image.close();
                    states++;
                }
            }
        }
        if (random.nextInt(3) == 0) {
            store.close();
            for (final History history : histories) {
                history.durablePosition = Long.MAX_VALUE;
            }
        }
        return states;
    }

    private static void createTopics(final LogStore store) {
        store.createTopic(TopicSpec.named("source").durability(Durability.POWER));
        store.createTopic(TopicSpec.named("slow"));
        store.createTopic(TopicSpec.named("derived"));
        store.createTopic(TopicSpec.named("twice").durability(Durability.POWER));
        store.derives("source", "derived");
        store.derives("slow", "derived");
        store.derives("derived", "twice");
    }

    private void step(final LogStore store, final CrashImageStorage disk) {
        final int choice = random.nextInt(20);
        if (choice < 3) {
            append(store, source, source.values.size());
        } else if (choice < 6) {
            append(store, slow, slow.values.size());
        } else if (choice < 9) {
            appendBatch(store, choice == 8 ? slow : source);
        } else if (choice < 12) {
            append(store, derived, source.values.size() * 1_000_000L + slow.values.size());
        } else if (choice < 14) {
            append(store, twice, derived.values.size());
        } else if (choice < 18) {
            nowNs += random.nextLong(INTERVAL_NS);
            store.invokeConductor(nowNs);
            readDurable(store);
        } else {
            disk.mark();
        }
    }

    private void readDurable(final LogStore store) {
        for (final History history : histories) {
            history.durablePosition =
                    Math.max(history.durablePosition, partition(store, history).durablePosition());
        }
    }

    private void append(final LogStore store, final History history, final long value) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[8 + random.nextInt(2000)]);
        bytes.putLong(0, value);
        long position = -1;
        while (position < 0) {
            position = partition(store, history)
                    .appender()
                    .append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, bytes.capacity());
            if (position < 0) {
                store.invokeConductor(nowNs);
            }
        }
        history.values.add(value);
        history.positions.add(position);
        history.hasMore.add(false);
    }

    private void appendBatch(final LogStore store, final History history) {
        final int count = 1 + random.nextInt(4);
        final int length = 8 + 8 * random.nextInt(100);
        final BatchClaim batch = new BatchClaim();
        while (partition(store, history).appender().claimBatch(batch, count * BatchClaim.recordLength(0, length)) < 0) {
            store.invokeConductor(nowNs);
        }
        for (int i = 0; i < count; i++) {
            final long value = history.values.size();
            history.positions.add(batch.next(RecordKind.DATA, 1, 0, length));
            batch.buffer().putLong(0, value);
            history.values.add(value);
            history.hasMore.add(i < count - 1);
        }
        batch.commit();
    }

    /** Opens what a crash has left; works on with it when it is the last check of a disk. */
    private void check(final CrashImageStorage disk, final boolean isToStay) {
        final LogStore store = LogStore.launch(context(disk));
        final int[] counts = new int[histories.size()];
        for (int i = 0; i < counts.length; i++) {
            final History history = histories.get(i);
            counts[i] = store.hasTopic(history.topic) ? read(store, history) : 0;
            assertThat((long) counts[i]).as("kept of %s", history.topic).isGreaterThanOrEqualTo(history.durableCount());
            assertThat(counts[i] > 0 && history.hasMore.get(counts[i] - 1))
                    .as("half a batch of %s", history.topic)
                    .isFalse();
        }
        if (counts[2] > 0) {
            final long last = derived.values.get(counts[2] - 1);
            assertThat(last / 1_000_000).as("read of source").isLessThanOrEqualTo(counts[0]);
            assertThat(last % 1_000_000).as("read of slow").isLessThanOrEqualTo(counts[1]);
        }
        if (counts[3] > 0) {
            assertThat(twice.values.get(counts[3] - 1)).as("read of derived").isLessThanOrEqualTo(counts[2]);
        }
        if (isToStay) {
            for (int i = 0; i < counts.length; i++) {
                histories.get(i).cutTo(counts[i]);
                histories.get(i).durablePosition = 0;
            }
        }
    }

    private static int read(final LogStore store, final History history) {
        final int[] count = {0};
        try (LogReader reader = partition(store, history).reader()) {
            while (reader.poll(
                            record -> {
                                assertThat(count[0])
                                        .as("more than was committed")
                                        .isLessThan(history.values.size());
                                assertThat(record.position()).isEqualTo(history.positions.get(count[0]));
                                assertThat(record.buffer().getLong(record.valueOffset()))
                                        .isEqualTo(history.values.get(count[0]));
                                assertThat(record.isChecksumValid()).isTrue();
                                count[0]++;
                            },
                            1000)
                    > 0) {
                continue;
            }
        }
        return count[0];
    }

    private static LogPartition partition(final LogStore store, final History history) {
        return store.topic(history.topic).partition(0);
    }

    private LogContext context(final CrashImageStorage disk) {
        return Records.context(DIRECTORY)
                .storage(disk)
                .cutIntervalNs(INTERVAL_NS)
                .invoked(true);
    }
}
