package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.append;
import static io.millrace.log.Records.copy;
import static io.millrace.log.Records.deleteSnapshots;
import static io.millrace.log.Records.texts;
import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many records under one claim and one commit: all of them or none. */
class LogBatchTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int MAX_LENGTH = SEGMENT_LENGTH / 4;

    @TempDir
    private Path root;

    private final BatchClaim batch = new BatchClaim();

    @Test
    void shouldShowAllRecordsOfABatchAtOnce() {
        try (LogStore store = launch("live")) {
            final LogPartition partition = partition(store);
            final List<String> expected = List.of("one", "two, longer", "");
            final long start = partition.appender().claimBatch(batch, lengthOf(expected));
            final List<Long> positions = new ArrayList<>();
            expected.forEach(text -> positions.add(add(text)));
            append(partition.appender(), "behind");
            assertThat(texts(partition)).isEmpty();

            batch.commit();

            assertThat(texts(partition)).containsExactly("one", "two, longer", "", "behind");
            assertThat(positions).containsExactly(start, start + 48, start + 48 + 56);
        }
    }

    @Test
    void shouldWriteRecordsInPlaceWithTheTimeOfTheClaim() {
        try (LogStore store = LogStore.launch(context("live").clock(() -> 4711))) {
            final LogAppender appender = partition(store).appender();
            appender.claimBatch(batch, BatchClaim.recordLength(3, 5) + BatchClaim.recordLength(0, 0));
            batch.next(RecordKind.DATA, 11, 3, 5);
            batch.buffer().putStringWithoutLengthAscii(batch.keyOffset(), "key");
            batch.buffer().putStringWithoutLengthAscii(batch.valueOffset(), "value");
            assertThatThrownBy(() -> batch.buffer().putByte(8, (byte) 1)).isInstanceOf(IndexOutOfBoundsException.class);
            batch.next(RecordKind.WATERMARK, 12, 0, 0);
            batch.commit();

            try (LogReader reader = partition(store).reader()) {
                reader.poll(
                        record -> {
                            assertThat(record.keyLength()).isEqualTo(3);
                            assertThat(record.buffer().getStringWithoutLengthAscii(record.keyOffset(), 8))
                                    .isEqualTo("keyvalue");
                            assertThat(record.eventTimeNs()).isEqualTo(11);
                            assertThat(record.logTimeNs()).isEqualTo(4711);
                        },
                        1);
                reader.poll(
                        record -> {
                            assertThat(record.kind()).isEqualTo(RecordKind.WATERMARK);
                            assertThat(record.logTimeNs()).isEqualTo(4711);
                        },
                        1);
                assertThat(reader.isAtEnd()).isTrue();
            }
        }
    }

    @Test
    void shouldPadWhatABatchDoesNotUse() {
        try (LogStore store = launch("live")) {
            partition(store).appender().claimBatch(batch, 1000);
            add("only");
            batch.commit();
            partition(store).appender().claimBatch(batch, 800);
            batch.commit();
            append(partition(store).appender(), "next");

            assertThat(texts(partition(store))).containsExactly("only", "next");
        }
    }

    @Test
    void shouldShowNothingOfAnAbortedBatch() {
        try (LogStore store = launch("live")) {
            partition(store).appender().claimBatch(batch, 1000);
            add("one");
            add("two");
            append(partition(store).appender(), "behind");

            batch.abort();

            assertThat(texts(partition(store))).containsExactly("behind");
            assertThatThrownBy(batch::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> add("three")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldWaitAtCloseForABatchThatIsOpenInAnEarlierSegment() throws InterruptedException {
        final LogStore store = launch("live");
        final LogPartition partition = partition(store);
        partition.appender().claimBatch(batch, lengthOf(List.of("one")));
        final LogAppender appender = partition.appender();
        while (partition.tailPosition() < SEGMENT_LENGTH + 10_000) {
            append(appender, "x".repeat(5_000));
        }
        final Thread closer = new Thread(store::close);
        closer.start();
        Records.await("the close to begin", partition::isClosed);

        add("one");
        batch.commit();
        closer.join();

        try (LogStore reopened = launch("live")) {
            assertThat(texts(partition(reopened))).startsWith("one");
        }
    }

    @Test
    void shouldRefuseARecordThatLeavesTooLittleForPadding() {
        try (LogStore store = launch("live")) {
            partition(store).appender().claimBatch(batch, 40 + 80);

            assertThat(batch.hasRoomFor(0, 0)).isTrue();
            assertThat(batch.hasRoomFor(0, 40)).isTrue();
            assertThat(batch.hasRoomFor(0, 41)).isFalse();
            assertThat(batch.hasRoomFor(0, 80)).isTrue();
            assertThat(batch.hasRoomFor(0, 81)).isFalse();
            assertThat(batch.hasRoomFor(0, Integer.MAX_VALUE)).isFalse();
            assertThatThrownBy(() -> batch.next(RecordKind.DATA, 1, 0, 41))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no room in the batch: keyLength=0 valueLength=41 remaining=120");
            add("still fine");
            batch.commit();
            assertThat(texts(partition(store))).containsExactly("still fine");
        }
    }

    @Test
    void shouldRefuseABatchOfAnImpossibleLength() {
        try (LogStore store = launch("live")) {
            final LogAppender appender = partition(store).appender();

            assertThat(appender.claimBatch(batch, MAX_LENGTH + 8)).isEqualTo(Outcome.RECORD_TOO_LONG);
            for (final int length : new int[] {-8, 0, 32, 44, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> appender.claimBatch(batch, length))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            appender.claimBatch(batch, MAX_LENGTH);
            assertThatThrownBy(() -> appender.claimBatch(batch, 48)).isInstanceOf(IllegalStateException.class);
            batch.abort();
        }
    }

    @Test
    void shouldNumberTheRecordsOfAProducersBatch() {
        try (LogStore store = launch("live");
                ProducerAppender producer = partition(store).producer(1)) {
            producer.claimBatch(batch, 0, 1000);
            add("zero");
            add("one");
            batch.abort();
            assertThat(producer.lastSequence()).isEqualTo(-1);
            producer.claimBatch(batch, 0, 1000);
            batch.commit();
            assertThat(producer.lastSequence()).isEqualTo(-1);

            producer.claimBatch(batch, 0, 1000);
            assertThatThrownBy(() -> producer.claimBatch(new BatchClaim(), 0, 1000))
                    .isInstanceOf(IllegalStateException.class);
            add("zero");
            add("one");
            batch.commit();

            assertThat(producer.lastSequence()).isEqualTo(1);
            assertThat(producer.claimBatch(batch, 1, 1000)).isEqualTo(Outcome.DUPLICATE);
            assertThatThrownBy(() -> producer.claimBatch(batch, 3, 1000))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.SEQUENCE_GAP));
            copy(root.resolve("live"), root.resolve("copy"));
        }
        try (LogStore store = launch("copy");
                ProducerAppender producer = partition(store).producer(1);
                LogReader reader = partition(store).reader()) {
            assertThat(producer.lastSequence()).isEqualTo(1);
            final List<Long> sequences = new ArrayList<>();
            reader.poll(record -> sequences.add(record.sequence()), 10);
            assertThat(sequences).containsExactly(0L, 1L);
        }
    }

    @RepeatedTest(3)
    void shouldKeepAllOrNothingOfABatchThroughAKillAtAnyStep() {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> expected = new ArrayList<>();
        int copies = 0;
        try (LogStore store = launch("live")) {
            final LogAppender appender = partition(store).appender();
            for (int round = 0; round < 12; round++) {
                final List<String> texts = randomTexts(random, round);
                final int unused = random.nextBoolean() ? 0 : 40 + 8 * random.nextInt(100);
                untilAccepted(() -> appender.claimBatch(batch, lengthOf(texts) + unused));
                final int killedAt = random.nextInt(texts.size() + 2);
                for (int i = 0; i < texts.size(); i++) {
                    if (i == killedAt) {
                        assertKept(expected, copies++, seed);
                    }
                    add(texts.get(i));
                }
                if (killedAt == texts.size()) {
                    assertKept(expected, copies++, seed);
                }
                if (random.nextInt(5) == 0) {
                    batch.abort();
                } else {
                    batch.commit();
                    expected.addAll(texts);
                }
                assertKept(expected, copies++, seed);
                append(appender, "single " + round);
                expected.add("single " + round);
            }
            assertThat(texts(partition(store))).as("seed " + seed).isEqualTo(expected);
        }
    }

    @RepeatedTest(3)
    void shouldDropABatchWhicheverOfItsWordsHadBeenWritten() throws IOException {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> texts = randomTexts(random, 0);
        final int length = lengthOf(texts) + 160;
        final long start;
        try (LogStore store = launch("live")) {
            append(partition(store).appender(), "before");
            start = partition(store).appender().claimBatch(batch, length);
            texts.forEach(this::add);
            batch.commit();
            append(partition(store).appender(), "behind");
        }

        for (int i = 0; i < 10; i++) {
            final String name = "copy " + i;
            copy(root.resolve("live"), root.resolve(name));
            deleteSnapshots(root.resolve(name));
            Records.deleteCuts(root.resolve(name));
            unwrite(root.resolve(name).resolve("topics/t/0/00000000000000000000.seg"), start, length, random);

            try (LogStore store = launch(name)) {
                append(partition(store).appender(), "new");
                assertThat(texts(partition(store))).as("seed " + seed).containsExactly("before", "behind", "new");
            }
        }
    }

    /** Before the commit: the first word says that all of it is claimed, and any other word is written or not yet. */
    private static void unwrite(final Path file, final long start, final int length, final SplittableRandom random)
            throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(start);
            bytes.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(-length)
                    .array());
            final int odds = 1 + random.nextInt(5);
            for (int offset = 8; offset < length; offset += 8) {
                if (random.nextInt(odds) == 0) {
                    bytes.seek(start + offset);
                    bytes.write(new byte[8]);
                }
            }
        }
    }

    private void assertKept(final List<String> expected, final int copyNumber, final long seed) {
        final String name = "copy " + copyNumber;
        copy(root.resolve("live"), root.resolve(name));
        try (LogStore store = launch(name)) {
            assertThat(texts(partition(store))).as("seed " + seed).isEqualTo(expected);
        }
    }

    private static List<String> randomTexts(final SplittableRandom random, final int round) {
        final List<String> texts = new ArrayList<>();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            texts.add("x".repeat(random.nextInt(2_000)) + round);
        }
        return texts;
    }

    private static int lengthOf(final List<String> texts) {
        return texts.stream()
                .mapToInt(text -> BatchClaim.recordLength(0, text.length()))
                .sum();
    }

    private long add(final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        return batch.append(RecordKind.DATA, 7, null, 0, 0, value, 0, value.capacity());
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }

    private LogContext context(final String name) {
        return Records.context(root.resolve(name));
    }

    private LogStore launch(final String name) {
        return LogStore.launch(context(name));
    }
}
