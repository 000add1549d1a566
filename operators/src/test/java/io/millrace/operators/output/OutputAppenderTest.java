package io.millrace.operators.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordClaim;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.core.TaskStoppedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short values go another way into the log than long ones, so each case is tried around the length where they part. */
final class OutputAppenderTest {
    private static final int MAX_RECORD_LENGTH = 16 * 1024;

    @TempDir
    private Path directory;

    private final UnsafeBuffer key = new UnsafeBuffer("key".getBytes(StandardCharsets.US_ASCII));
    private TaskCounters counters = new TaskCounters();
    private LogStore store;
    private OutputAppender output;

    @BeforeEach
    void open() {
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(1 << 16));
        store.createTopic(TopicSpec.named("t"));
        output = newOutput();
    }

    @AfterEach
    void close() {
        output.close();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 511, 512, 513, 4000})
    void shouldAppendKeyTimeAndValue(final int length) {
        append(length, new Filling());

        assertThat(records()).containsExactly("7 key " + text(length));
        assertThat(counters.recordsOut()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 4000})
    void shouldAppendZerosWhereACodecWritesNothing(final int length) {
        append(length, new Filling());
        append(length, new Silent());

        assertThat(records()).containsExactly("7 key " + text(length), "7 key " + "\0".repeat(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 4000})
    void shouldAppendNothingThatTheLogHolds(final int length) {
        append(length, new Filling());
        append(length + 1, new Filling());
        output.flush();
        startAgain();

        append(length, new Filling());
        append(length + 1, new Filling());
        append(length + 2, new Filling());

        assertThat(records())
                .containsExactly("7 key " + text(length), "7 key " + text(length + 1), "7 key " + text(length + 2));
        assertThat(counters.replayedOutputs()).isEqualTo(2);
        assertThat(counters.recordsOut()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 4000})
    void shouldGiveTheSequenceOfAValueThatCannotBeEncodedToTheNext(final int length) {
        append(length, new Filling());
        assertThatThrownBy(() -> append(length, new Failing())).isInstanceOf(OperatorException.class);
        append(length + 1, new Filling());
        output.flush();
        startAgain();

        append(length, new Filling());
        assertThatThrownBy(() -> append(length, new Failing())).isInstanceOf(OperatorException.class);
        append(length + 1, new Filling());

        assertThat(records()).containsExactly("7 key " + text(length), "7 key " + text(length + 1));
        assertThat(counters.replayedOutputs()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, 512, 4000})
    void shouldRefuseAValueThatIsLongerThanItsCodecSaid(final int length) {
        assertThatThrownBy(() -> append(length, new Overlong()))
                .isInstanceOf(OperatorException.class)
                .hasCauseInstanceOf(IndexOutOfBoundsException.class);

        append(length, new Filling());
        assertThat(records()).containsExactly("7 key " + text(length));
    }

    @Test
    void shouldShowGatheredRecordsWhenTheyAreFlushed() {
        append(1, new Filling());
        append(2, new Filling());
        append(3, new Filling());
        assertThat(appended()).containsExactly("7 key " + text(1));

        output.flush();

        assertThat(appended()).containsExactly("7 key " + text(1), "7 key " + text(2), "7 key " + text(3));
    }

    @Test
    void shouldAppendWhatIsGatheredInFrontOfALongValueAWatermarkAndADelete() {
        append(1, new Filling());
        append(2, new Filling());
        append(4000, new Filling());
        append(3, new Filling());
        output.appendTombstone("step", 0, 8, key, 0, key.capacity());
        append(4, new Filling());
        output.appendWatermark("step", 0, 9, 9, false);

        assertThat(kinds())
                .containsExactly(
                        RecordKind.DATA,
                        RecordKind.DATA,
                        RecordKind.DATA,
                        RecordKind.DATA,
                        RecordKind.TOMBSTONE,
                        RecordKind.DATA,
                        RecordKind.WATERMARK);
    }

    @Test
    void shouldAppendAPartitionsGatheredRecordsToThatPartition() {
        output.close();
        store.createTopic(TopicSpec.named("two").partitions(2));
        final int producerId = store.producerId("task");
        output = new OutputAppender(
                "two",
                MAX_RECORD_LENGTH,
                List.of(
                        store.topic("two").partition(0).producer(producerId),
                        store.topic("two").partition(1).producer(producerId)),
                NoOpIdleStrategy.INSTANCE,
                counters);
        for (int i = 0; i < 10; i++) {
            output.append("step", i % 2, i, key, 0, 0, new Filling(), i);
        }
        output.flush();

        assertThat(eventTimes(store.topic("two").partition(0))).containsExactly(0L, 2L, 4L, 6L, 8L);
        assertThat(eventTimes(store.topic("two").partition(1))).containsExactly(1L, 3L, 5L, 7L, 9L);
    }

    @Test
    void shouldMakeAgainWhatWasGatheredWhenItEnded() {
        append(1, new Filling());
        append(2, new Filling());
        startAgain();

        append(1, new Filling());
        append(2, new Filling());
        append(3, new Filling());

        assertThat(records()).containsExactly("7 key " + text(1), "7 key " + text(2), "7 key " + text(3));
        assertThat(counters.replayedOutputs()).isEqualTo(1);
    }

    @Test
    void shouldRefuseARecordThatIsLongerThanTheTopicTakes() {
        assertThatThrownBy(() -> append(MAX_RECORD_LENGTH, new Filling()))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("longer than the " + MAX_RECORD_LENGTH);

        assertThat(records()).isEmpty();
    }

    @Test
    void shouldAppendMoreThanASegmentTakes() {
        for (int i = 0; i < 1_000; i++) {
            append(400 + i % 200, new Filling());
        }

        assertThat(records()).hasSize(1_000);
        assertThat(records().get(999)).isEqualTo("7 key " + text(599));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 4000})
    void shouldNotBlameTheDiskWhenItIsInterruptedWhileItWaitsForSpace(final int length) {
        output.close();
        output = waitingOutput();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> append(length, new Filling()))
                .isInstanceOfSatisfying(
                        TaskStoppedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED))
                .hasMessageContaining("step step was interrupted while it waited for space: topic=t partition=0");

        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }

    /** The log has no room ready, ever. */
    private OutputAppender waitingOutput() {
        final ProducerAppender producer = store.topic("t").partition(0).producer(store.producerId("task"));
        return new OutputAppender("t", MAX_RECORD_LENGTH, List.of(producer), NoOpIdleStrategy.INSTANCE, counters) {
            @Override
            protected long tryClaim(
                    final ProducerAppender partition,
                    final RecordClaim newClaim,
                    final long sequence,
                    final byte kind,
                    final long eventTimeNs,
                    final int keyLength,
                    final int valueLength) {
                return Outcome.BACK_PRESSURED;
            }

            @Override
            protected long tryAppend(
                    final ProducerAppender partition,
                    final long sequence,
                    final long eventTimeNs,
                    final DirectBuffer recordKey,
                    final int keyOffset,
                    final int keyLength,
                    final DirectBuffer value,
                    final int valueLength) {
                return Outcome.BACK_PRESSURED;
            }
        };
    }

    private void append(final int length, final Codec<Integer> codec) {
        output.append("step", 0, 7, key, 0, key.capacity(), codec, length);
    }

    private void startAgain() {
        output.close();
        counters = new TaskCounters();
        output = newOutput();
    }

    private OutputAppender newOutput() {
        final LogPartition partition = store.topic("t").partition(0);
        return new OutputAppender(
                "t",
                MAX_RECORD_LENGTH,
                List.of(partition.producer(store.producerId("task"))),
                NoOpIdleStrategy.INSTANCE,
                counters);
    }

    private List<Byte> kinds() {
        output.flush();
        final List<Byte> kinds = new ArrayList<>();
        try (LogReader reader = store.topic("t").partition(0).reader()) {
            reader.poll(record -> kinds.add(record.kind()), 100);
        }
        return kinds;
    }

    private static List<Long> eventTimes(final LogPartition partition) {
        final List<Long> times = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> times.add(record.eventTimeNs()), 100);
        }
        return times;
    }

    /** All of them, those that were gathered among them. */
    private List<String> records() {
        output.flush();
        return appended();
    }

    private List<String> appended() {
        final List<String> records = new ArrayList<>();
        try (LogReader reader = store.topic("t").partition(0).reader()) {
            while (reader.poll(
                            record -> records.add(record.eventTimeNs() + " "
                                    + record.buffer()
                                            .getStringWithoutLengthAscii(record.keyOffset(), record.keyLength())
                                    + " "
                                    + record.buffer()
                                            .getStringWithoutLengthAscii(record.valueOffset(), record.valueLength())),
                            100)
                    > 0) {
                // On to the end.
            }
        }
        return records;
    }

    private static String text(final int length) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(letter(i));
        }
        return text.toString();
    }

    private static char letter(final int index) {
        return (char) ('a' + index % 26);
    }

    /** Values are lengths. */
    private static class Filling implements Codec<Integer> {
        @Override
        public Codec<Integer> forTask() {
            return this;
        }

        @Override
        public Integer decode(final DirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public int encodedLength(final Integer value) {
            return value;
        }

        @Override
        public void encode(final Integer value, final MutableDirectBuffer buffer, final int offset) {
            for (int i = 0; i < value; i++) {
                buffer.putByte(offset + i, (byte) letter(i));
            }
        }

        @Override
        public String describe() {
            return "letters";
        }
    }

    private static final class Silent extends Filling {
        @Override
        public void encode(final Integer value, final MutableDirectBuffer buffer, final int offset) {
            // Leaves all bytes as they are.
        }
    }

    private static final class Overlong extends Filling {
        @Override
        public void encode(final Integer value, final MutableDirectBuffer buffer, final int offset) {
            super.encode(value + 1, buffer, offset);
        }
    }

    private static final class Failing extends Filling {
        @Override
        public void encode(final Integer value, final MutableDirectBuffer buffer, final int offset) {
            buffer.putByte(offset, (byte) '?');
            throw new IllegalStateException("cannot be encoded");
        }
    }
}
