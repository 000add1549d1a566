package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CompactionModel.Entry;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.CrashImageStorage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compaction of a partition, step by step on one thread and on a disk in memory. */
class LogCompactionTest {
    private static final Path DIRECTORY = Path.of("/store");
    private static final Path SEGMENT = DIRECTORY.resolve("topics/t/0/00000000000000000000.seg");
    private static final long RETENTION_NS = 1_000_000;
    private static final String SEED_PROPERTY = "millrace.test.seed";

    private final CompactionModel model = new CompactionModel();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[64]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[4096]);
    private CrashImageStorage disk = new CrashImageStorage();
    private long timeNs = 1_000_000_000_000L;
    private long nowNs = 1;
    private LogStore store;
    private LogPartition partition;
    private LogAppender appender;

    @BeforeEach
    void open() {
        store = open(disk);
        partition = store.createTopic(
                        TopicSpec.named("t").compacted(true).tombstoneRetention(Duration.ofNanos(RETENTION_NS)))
                .partition(0);
        appender = partition.appender();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldKeepOfEachKeyTheLatestRecordWhereItWas() {
        final long first = append(RecordKind.DATA, "a", "1");
        final long second = append(RecordKind.DATA, "b", "2");
        final long third = append(RecordKind.DATA, "a", "3");
        fillSegment();

        assertThat(compact()).isPositive();

        assertThat(positions()).doesNotContain(first).contains(second, third);
        check();
    }

    @Test
    void shouldKeepWhatHasNoKey() {
        final List<Long> kept = List.of(
                append(RecordKind.DATA, "", "1"),
                append(RecordKind.WATERMARK, "a", ""),
                append(RecordKind.TICK, "", ""),
                append(RecordKind.DATA, "", "1"));
        append(RecordKind.DATA, "a", "1");
        append(RecordKind.DATA, "a", "2");
        fillSegment();

        assertThat(compact()).isPositive();

        assertThat(positions()).containsAll(kept);
    }

    @Test
    void shouldDropATombstoneWhenItIsOldAndNotBefore() {
        append(RecordKind.DATA, "a", "1");
        final long tombstone = append(RecordKind.TOMBSTONE, "a", "");
        fillSegment();
        assertThat(compact()).isPositive();
        assertThat(positions()).contains(tombstone);

        timeNs += RETENTION_NS;
        fillSegment();
        assertThat(compact()).isPositive();

        assertThat(positions()).doesNotContain(tombstone);
        check();
    }

    @Test
    void shouldNotDropInFavourOfARecordThatALossOfPowerCouldTake() {
        final long first = append(RecordKind.DATA, "a", "1");
        append(RecordKind.DATA, "a", "2");
        appendUntilSegment(1);
        conduct();

        assertThat(store.invokeCompactor(nowNs)).isZero();

        assertThat(positions()).contains(first);
    }

    @Test
    void shouldLetAReaderGoOnInTheSegmentThatItIsIn() {
        append(RecordKind.DATA, "a", "1");
        append(RecordKind.DATA, "a", "2");
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> {}, 1);
            fillSegment();
            final int rest = model.size() - 1;
            assertThat(compact()).isPositive();

            assertThat(reader.poll(record -> {}, Integer.MAX_VALUE)).isGreaterThanOrEqualTo(rest);
        }
    }

    @Test
    void shouldFindLogTimesAsBefore() {
        for (int i = 0; i < 40; i++) {
            append(RecordKind.DATA, "k" + i % 3, "x".repeat(500));
        }
        fillSegment();
        final List<Entry> before = CompactionModel.read(partition);
        assertThat(compact()).isPositive();
        final List<Entry> after = CompactionModel.read(partition);

        try (LogReader reader = partition.reader()) {
            for (final Entry entry : before) {
                reader.seekToLogTime(entry.logTimeNs());
                final long expected = after.stream()
                        .filter(each -> each.logTimeNs() >= entry.logTimeNs())
                        .findFirst()
                        .orElseThrow()
                        .position();
                reader.poll(record -> assertThat(record.position()).isEqualTo(expected), 1);
            }
        }
    }

    @Test
    void shouldRoundAPositionThatWasDroppedUpToTheNextRecord() {
        final long first = append(RecordKind.DATA, "a", "1");
        final long second = append(RecordKind.DATA, "a", "2");
        fillSegment();
        compact();

        try (LogReader reader = partition.reader()) {
            reader.seek(first + 8);
            reader.poll(record -> assertThat(record.position()).isEqualTo(second), 1);
        }
    }

    @Test
    void shouldChangeNothingOfASegmentWithADamagedRecord() {
        final long first = append(RecordKind.DATA, "a", "1");
        append(RecordKind.DATA, "a", "2");
        fillSegment();
        settle();
        final int valueOffset = (int) first + 41;
        final ByteBuffer bytes = map();
        bytes.put(valueOffset, (byte) (bytes.get(valueOffset) ^ 1));

        assertThat(store.invokeCompactor(nowNs)).isZero();

        assertThat(CompactionModel.read(partition)).hasSize(model.size());
    }

    @Test
    void shouldTakeNoMoreOfTheDiskThanWhatStays() {
        final String large = "x".repeat(3000);
        for (int i = 0; i < 20; i++) {
            append(RecordKind.DATA, "a", large);
        }
        fillSegment();

        assertThat(compact()).isPositive();

        final ByteBuffer bytes = map();
        int usedPages = 0;
        for (int page = 0; page < bytes.capacity(); page += 4096) {
            usedPages += bytes.slice(page, 4096).equals(ByteBuffer.allocate(4096)) ? 0 : 1;
        }
        assertThat(usedPages).isLessThanOrEqualTo(6);
    }

    @Test
    void shouldKnowTheLastSequenceOfAProducerWhoseRecordsWereDropped() {
        final int producerId = store.producerId("p");
        try (ProducerAppender producer = partition.producer(producerId)) {
            key.putByte(0, (byte) 'a');
            for (int i = 0; i < 3; i++) {
                producer.append(i, RecordKind.DATA, 0, key, 0, 1, value, 0, 8);
            }
        }
        append(RecordKind.DATA, "a", "later");
        fillSegment();
        assertThat(compact()).isPositive();

        for (int seed = 0; seed < 50; seed++) {
            final CrashImageStorage image = disk.crashPoint().machineCrash(seed);
            try (LogStore other = open(image);
                    ProducerAppender producer = other.topic("t").partition(0).producer(producerId)) {
                assertThat(producer.lastSequence()).as("seed %d", seed).isEqualTo(2);
            }
            image.close();
        }
    }

    @Test
    void shouldRememberWhatWasCompactedWhenTheStoreIsOpenedAgain() {
        append(RecordKind.DATA, "a", "1");
        append(RecordKind.DATA, "a", "2");
        fillSegment();
        assertThat(compact()).isPositive();

        reopen(disk);

        assertThat(store.invokeCompactor(nowNs)).isZero();
        check();
    }

    @Test
    void shouldGiveTheLatestOfEachKeyWhateverIsAppendedAndHoweverOftenTheProcessIsKilled() {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] crashes = {0};
        try {
            for (int round = 0; round < 60; round++) {
                final int keys = 1 + random.nextInt(30);
                for (int i = random.nextInt(150); i > 0; i--) {
                    appendRandom(random, keys);
                }
                settle();
                timeNs += random.nextInt(3) == 0 ? RETENTION_NS : 0;
                disk.observer(() -> crash(random, crashes));
                store.invokeCompactor(nowNs);
                disk.observer(() -> {});
                check();
                if (random.nextInt(4) == 0) {
                    reopen(disk.crashPoint().processCrash());
                }
            }
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -D" + SEED_PROPERTY + '=' + seed, failure);
        }
        assertThat(crashes[0]).isPositive();
    }

    private void appendRandom(final SplittableRandom random, final int keys) {
        final String name = "k" + random.nextInt(keys);
        switch (random.nextInt(10)) {
            case 0 -> append(RecordKind.TOMBSTONE, name, "");
            case 1 -> append(RecordKind.DATA, "", "unkeyed");
            case 2 -> append(RecordKind.WATERMARK, "", "");
            default -> append(RecordKind.DATA, name, "v" + model.size() + "x".repeat(random.nextInt(1500)));
        }
    }

    /** Opens the store as a process would that comes after one killed now, and reads it. */
    private void crash(final SplittableRandom random, final int[] crashes) {
        if (random.nextInt(4) == 0) {
            crashes[0]++;
            final CrashImageStorage image = disk.crashPoint().processCrash();
            try (LogStore other = open(image)) {
                model.check(CompactionModel.read(other.topic("t").partition(0)), timeNs - RETENTION_NS);
            }
            image.close();
        }
    }

    private LogStore open(final CrashImageStorage storage) {
        return LogStore.launch(
                Records.context(DIRECTORY).storage(storage).invoked(true).clock(() -> timeNs++));
    }

    private void reopen(final CrashImageStorage storage) {
        if (storage == disk) {
            store.close();
        }
        disk = storage;
        store = open(disk);
        partition = store.topic("t").partition(0);
        appender = partition.appender();
    }

    private long append(final byte kind, final String keyText, final String valueText) {
        key.putBytes(0, keyText.getBytes(StandardCharsets.US_ASCII));
        value.putBytes(0, valueText.getBytes(StandardCharsets.US_ASCII));
        long position = Outcome.BACK_PRESSURED;
        while (position == Outcome.BACK_PRESSURED) {
            position = appender.append(kind, 0, key, 0, keyText.length(), value, 0, valueText.length());
            conduct();
        }
        assertThat(position).isPositive();
        try (LogReader reader = partition.reader()) {
            reader.seek(position);
            reader.poll(
                    record -> model.add(new Entry(record.position(), kind, keyText, valueText, record.logTimeNs())), 1);
        }
        return position;
    }

    private void conduct() {
        store.invokeConductor(nowNs++);
    }

    /** Appends other keys until the segment that is appended to now is full, and a little more. */
    private void fillSegment() {
        appendUntilSegment(partition.tailPosition() / Records.SEGMENT_LENGTH + 1);
        settle();
    }

    private void appendUntilSegment(final long number) {
        while (partition.tailPosition() / Records.SEGMENT_LENGTH < number) {
            append(RecordKind.DATA, "fill" + model.size() % 7, "y".repeat(2000));
        }
    }

    /** Two cuts that differ, so that both manifests name what is there. */
    private void settle() {
        for (int i = 0; i < 2; i++) {
            append(RecordKind.TICK, "", "");
            store.forceNow();
        }
    }

    private int compact() {
        settle();
        return store.invokeCompactor(nowNs);
    }

    private List<Long> positions() {
        return CompactionModel.read(partition).stream()
                .map(Entry::position)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private void check() {
        model.check(CompactionModel.read(partition), timeNs - RETENTION_NS);
    }

    private ByteBuffer map() {
        try {
            return disk.map(SEGMENT, Records.SEGMENT_LENGTH, false).buffer();
        } catch (final java.io.IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }
}
