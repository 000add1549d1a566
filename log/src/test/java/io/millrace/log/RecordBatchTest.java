package io.millrace.log;

import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are gathered beside the log and appended together. */
final class RecordBatchTest {
    private static final String SEED_PROPERTY = "millrace.test.seed";
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int CAPACITY = 4096;

    @TempDir
    private Path directory;

    private final RecordBatch batch = new RecordBatch(CAPACITY);
    private LogStore store;
    private LogPartition partition;
    private ProducerAppender producer;

    @BeforeEach
    void open() {
        store = LogStore.launch(context());
        store.createTopic(TopicSpec.named("t"));
        partition = store.topic("t").partition(0);
        producer = partition.producer(store.producerId("p"));
    }

    @AfterEach
    void close() {
        producer.close();
        store.close();
    }

    @Test
    void shouldShowNothingBeforeItIsAppendedAndAllAfterwards() {
        add("a", "one", 11);
        add("", "two, longer", 12);
        add("key", "", 13);
        assertThat(records()).isEmpty();

        final long position = producer.append(batch, 0);

        assertThat(position).isPositive();
        assertThat(records()).containsExactly("0 11 a=one", "1 12 =two, longer", "2 13 key=");
        assertThat(producer.lastSequence()).isEqualTo(2);
        assertThat(batch.count()).isZero();
    }

    @Test
    void shouldGiveAllRecordsTheLogTimeOfTheAppend() {
        producer.close();
        store.close();
        store = LogStore.launch(context().clock(() -> 4711));
        partition = store.topic("t").partition(0);
        producer = partition.producer(store.producerId("p"));
        add("a", "one", 11);
        add("b", "two", 12);

        producer.append(batch, 0);

        final List<Long> times = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> times.add(record.logTimeNs()), 10);
        }
        assertThat(times).containsExactly(4711L, 4711L);
    }

    @Test
    void shouldGiveRecordsThePositionsThatSingleAppendsGiveThem() {
        store.createTopic(TopicSpec.named("single"));
        final List<Long> expected = new ArrayList<>();
        try (ProducerAppender single = store.topic("single").partition(0).producer(store.producerId("single"))) {
            final UnsafeBuffer value = new UnsafeBuffer(new byte[1_000]);
            for (int i = 0; i < 400; i++) {
                final int sequence = i;
                expected.add(untilAccepted(() -> single.append(
                        sequence, RecordKind.DATA, sequence, null, 0, 0, value, 0, sequence * 37 % 1_000)));
            }
        }
        for (int i = 0; i < 400; i++) {
            final String value = "v".repeat(i * 37 % 1_000);
            if (!batch.hasRoomFor(0, value.length())) {
                flush(i);
            }
            add("", value, i);
        }
        flush(400);

        final List<Long> positions = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> positions.add(record.position()), 100) > 0) {
                // On to the end.
            }
        }
        assertThat(positions).isEqualTo(expected);
    }

    private void flush(final int nextSequence) {
        untilAccepted(() -> producer.append(batch, nextSequence - batch.count()));
    }

    @Test
    void shouldForgetARecordThatIsNotEnded() {
        add("a", "one", 11);
        batch.begin(RecordKind.DATA, 12, null, 0, 0, 500);
        add("c", "three", 13);

        producer.append(batch, 0);

        assertThat(records()).containsExactly("0 11 a=one", "1 13 c=three");
    }

    @Test
    void shouldLeaveZerosBehindAValueThatFillsNoWord() throws IOException {
        add("", "x".repeat(79), 1);
        batch.clear();
        add("", "abc", 2);
        add("", "def", 3);

        final long position = producer.append(batch, 0);

        assertThat(bytesBehind(position, 3)).containsExactly(0, 0, 0, 0, 0);
        assertThat(bytesBehind(position + 48, 3)).containsExactly(0, 0, 0, 0, 0);
    }

    @Test
    void shouldGiveAValueZerosWhenAsked() {
        add("", "x".repeat(600), 1);
        batch.clear();
        for (final int length : new int[] {0, 1, 13, 600}) {
            batch.begin(RecordKind.DATA, 2, null, 0, 0, length);
            batch.clearValue();
            batch.end();
        }

        producer.append(batch, 0);

        assertThat(records())
                .containsExactly("0 2 =", "1 2 =\0", "2 2 =" + "\0".repeat(13), "3 2 =" + "\0".repeat(600));
    }

    @Test
    void shouldLetAWriterReachNoByteOutsideItsValue() {
        final MutableDirectBuffer value = batch.begin(RecordKind.DATA, 1, null, 0, 0, 5);

        assertThat(value.capacity()).isEqualTo(5);
        assertThatThrownBy(() -> value.putByte(5, (byte) 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldTakeWhatHasRoomAndRefuseWhatHasNot() {
        final int longest = CAPACITY - RecordDescriptor.HEADER_LENGTH;
        assertThat(batch.hasRoomFor(0, longest)).isTrue();
        assertThat(batch.hasRoomFor(1, longest)).isFalse();
        assertThat(batch.hasRoomFor(0, Integer.MAX_VALUE)).isFalse();
        add("", "x".repeat(longest), 1);

        assertThat(batch.hasRoomFor(0, 0)).isFalse();
        assertThatThrownBy(() -> batch.begin(RecordKind.DATA, 1, null, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no room in the batch: keyLength=0 valueLength=0 remaining=0");
        assertThat(producer.append(batch, 0)).isPositive();
    }

    @Test
    void shouldBeLeftAsItIsWhenTheLogHoldsItsFirstRecord() {
        add("a", "one", 11);
        producer.append(batch, 0);
        add("a", "one", 11);

        assertThat(producer.append(batch, 0)).isEqualTo(Outcome.DUPLICATE);

        assertThat(batch.count()).isEqualTo(1);
        assertThat(records()).containsExactly("0 11 a=one");
    }

    @Test
    void shouldRefuseAGapAndAnEmptyBatch() {
        assertThatThrownBy(() -> producer.append(batch, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the batch holds no record");
        add("a", "one", 11);

        assertThatThrownBy(() -> producer.append(batch, 1))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("a sequence was left out");
    }

    @Test
    void shouldRefuseABatchThatIsLongerThanTheLongestRecord() {
        final RecordBatch large = new RecordBatch(SEGMENT_LENGTH);
        large.begin(RecordKind.DATA, 1, null, 0, 0, SEGMENT_LENGTH / 4);
        large.end();

        assertThat(producer.append(large, 0)).isEqualTo(Outcome.RECORD_TOO_LONG);
    }

    @Test
    void shouldBeginBehindWhatTheLogHoldsWhenTheStoreIsOpenedAgain() {
        add("a", "one", 11);
        add("b", "two", 12);
        producer.append(batch, 0);
        producer.close();
        store.close();
        store = LogStore.launch(context());
        partition = store.topic("t").partition(0);
        producer = partition.producer(store.producerId("p"));

        assertThat(producer.lastSequence()).isEqualTo(1);
        assertThat(records()).containsExactly("0 11 a=one", "1 12 b=two");
    }

    @RepeatedTest(20)
    void shouldAppendAnyRecordsInAnyBatchesInOrder() {
        final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> expected = new ArrayList<>();
        int appended = 0;
        while (appended < 2_000) {
            final String key = "k".repeat(random.nextInt(20));
            final String value = "v".repeat(random.nextInt(random.nextInt(8) == 0 ? 2_000 : 60));
            if (!batch.hasRoomFor(key.length(), value.length()) || random.nextInt(30) == 0 && batch.count() > 0) {
                appended += batch.count();
                flush(appended);
            }
            final int sequence = appended + batch.count();
            expected.add(sequence + " " + sequence + " " + key + "=" + value);
            add(key, value, sequence);
        }
        expected.subList(appended, expected.size()).clear();

        assertThat(records()).as("seed " + seed).isEqualTo(expected);
    }

    private void add(final String key, final String value, final long eventTimeNs) {
        final UnsafeBuffer keyBuffer = new UnsafeBuffer(key.getBytes(StandardCharsets.US_ASCII));
        batch.begin(RecordKind.DATA, eventTimeNs, keyBuffer, 0, key.length(), value.length())
                .putStringWithoutLengthAscii(0, value);
        batch.end();
    }

    private List<String> records() {
        final List<String> records = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(
                            record -> records.add(record.sequence() + " " + record.eventTimeNs() + " "
                                    + record.buffer()
                                            .getStringWithoutLengthAscii(record.keyOffset(), record.keyLength())
                                    + "="
                                    + record.buffer()
                                            .getStringWithoutLengthAscii(record.valueOffset(), record.valueLength())),
                            100)
                    > 0) {
                // On to the end.
            }
        }
        return records;
    }

    /** What lies between the end of a record's value and the next record. */
    private List<Integer> bytesBehind(final long position, final int valueLength) throws IOException {
        final int length = RecordDescriptor.HEADER_LENGTH + valueLength;
        final byte[] segment = Files.readAllBytes(
                store.directory().resolve("topics").resolve("t").resolve("0").resolve("00000000000000000000.seg"));
        final List<Integer> bytes = new ArrayList<>();
        for (int i = length; i < RecordDescriptor.align(length); i++) {
            bytes.add((int) segment[(int) position + i]);
        }
        return bytes;
    }

    private LogContext context() {
        return new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH);
    }
}
