package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorAppenderTest {
    private static final int FIRST = 4096;

    @TempDir
    private Path root;

    private Path directory;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[1024]);
    private final RecordFlyweight record = new RecordFlyweight();
    private LogStore store;
    private LogPartition partition;
    private MirrorAppender mirror;

    @BeforeEach
    void choosePlace() {
        directory = root.resolve("store");
        open();
    }

    private void open() {
        store = LogStore.launch(Records.context(directory));
        partition = store.createMirror(TopicSpec.named("t"), 0).partition(0);
        mirror = partition.mirror();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldPutARecordWhereItStandsElsewhere() {
        assertThat(mirror.append(record(FIRST + 80, "a"))).isEqualTo(FIRST + 80);
        assertThat(mirror.append(record(FIRST + 128, "b"))).isEqualTo(FIRST + 128);

        assertThat(mirror.position()).isEqualTo(FIRST + 176);
        assertThat(Records.texts(partition)).containsExactly("a", "b");
        try (LogReader reader = partition.reader()) {
            reader.poll(
                    first -> {
                        assertThat(first.position()).isEqualTo(FIRST + 80);
                        assertThat(first.logTimeNs()).isEqualTo(22);
                        assertThat(first.eventTimeNs()).isEqualTo(11);
                        assertThat(first.producerId()).isEqualTo(3);
                        assertThat(first.sequence()).isEqualTo(33);
                        assertThat(first.isChecksumValid()).isTrue();
                    },
                    1);
        }
    }

    @Test
    void shouldBeginWhereTheOtherOneBegins() {
        final long begin = 5L * Records.SEGMENT_LENGTH + FIRST;
        final LogPartition late =
                store.createMirror(TopicSpec.named("late"), begin).partition(0);

        assertThat(late.beginPosition()).isEqualTo(begin);
        assertThat(late.isTruncated()).isTrue();
        try (MirrorAppender appender = late.mirror()) {
            assertThat(appender.position()).isEqualTo(begin);
            assertThat(appender.append(record(begin, "x"))).isEqualTo(begin);
        }
        assertThat(Records.texts(late)).containsExactly("x");
    }

    @Test
    void shouldPassOverWhatItHoldsAlready() {
        mirror.append(record(FIRST, "a"));

        assertThat(mirror.append(record(FIRST, "a"))).isEqualTo(Outcome.DUPLICATE);
        assertThat(mirror.advance(FIRST)).isEqualTo(FIRST + 48);
        assertThat(Records.texts(partition)).containsExactly("a");
    }

    @Test
    void shouldRefuseARecordThatWasDamaged() {
        final RecordFlyweight damaged = record(FIRST, "a");
        frame.putByte(RecordDescriptor.HEADER_LENGTH, (byte) 'b');

        assertRefused(() -> mirror.append(damaged), "its checksum is wrong");
        assertRefused(() -> mirror.append(moved(record(FIRST, "a"), FIRST + 64)), "its checksum is wrong");
    }

    @Test
    void shouldRefuseARecordThatCannotStandThere() {
        mirror.append(record(FIRST, "a"));

        assertRefused(() -> mirror.append(record(FIRST + 56, "b")), "cannot begin there");
        assertRefused(() -> mirror.append(record(FIRST + 101, "b")), "no record begins there");
        assertRefused(() -> mirror.append(record(Records.SEGMENT_LENGTH + 64, "b")), "no record begins there");
        assertRefused(() -> mirror.append(record(Records.SEGMENT_LENGTH - 40, "b")), "cross the end of a segment");
        assertRefused(() -> mirror.append(record(FIRST + 96, RecordKind.PADDING, "b")), "of this kind");
        assertRefused(() -> mirror.append(record(FIRST + 96, (byte) 77, "b")), "of this kind");
        assertRefused(() -> mirror.advance(FIRST + 64), "cannot begin there");

        assertThat(mirror.append(record(FIRST + 96, "b"))).isPositive();
        assertThat(Records.texts(partition)).containsExactly("a", "b");
    }

    @Test
    void shouldKeepWhatStandsBehindADamagedRecordWhenItIsOpenedAfterAKill() throws IOException {
        for (final int length : new int[] {0, -5, -48}) {
            appendThreeAndDamage(FIRST, length);

            assertThat(mirror.position()).isEqualTo(FIRST + 144);
            try (LogReader reader = partition.reader()) {
                assertThatThrownBy(() -> reader.poll(seen -> {}, 1)).hasMessageContaining("position=" + FIRST);
                reader.seekBehindDamage();
                assertThat(reader.position()).isEqualTo(FIRST + 48);
                assertThat(reader.poll(seen -> {}, 10)).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldTakeTheLastRecordAgainWhoseLengthWasDamaged() throws IOException {
        for (final int length : new int[] {0, -5, -48}) {
            appendThreeAndDamage(FIRST + 96, length);

            assertThat(mirror.position()).isEqualTo(FIRST + 96);
            assertThat(mirror.append(record(FIRST + 96, "c"))).isEqualTo(FIRST + 96);
            assertThat(Records.texts(partition)).containsExactly("a", "b", "c");
        }
    }

    /** In a new store, which is opened as after a kill. */
    private void appendThreeAndDamage(final int position, final int length) throws IOException {
        close();
        directory = root.resolve(position + " " + length);
        open();
        mirror.append(record(FIRST, "a"));
        mirror.append(record(FIRST + 48, "b"));
        mirror.append(record(FIRST + 96, "c"));
        close();
        Records.deleteCuts(directory);
        Records.deleteSnapshots(directory);
        try (RandomAccessFile file = new RandomAccessFile(
                directory.resolve("topics/t/0/00000000000000000000.seg").toFile(), "rw")) {
            file.seek(position);
            file.writeInt(Integer.reverseBytes(length));
        }
        open();
    }

    @Test
    void shouldStandWithinABatchWhenOnlyAPartOfItHasCome() {
        record(FIRST, "a");
        frame.putByte(RecordDescriptor.FLAGS_OFFSET, RecordDescriptor.MORE_FLAG);
        frame.putInt(RecordDescriptor.CRC_OFFSET, RecordChecksum.UNFILLED);

        mirror.append(record);
        store.forceNow();

        assertThat(partition.durablePosition()).isEqualTo(FIRST + 48);
    }

    @Test
    void shouldTakeRecordsInNoOtherWay() {
        assertThatThrownBy(partition::appender)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("copy of one in another store");
        assertThatThrownBy(() -> partition.producer(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> partition.sharedProducer(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(partition::mirror)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("appended to already");
        assertThatThrownBy(() ->
                        store.createTopic(TopicSpec.named("plain")).partition(0).mirror())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no copy of another");
    }

    @Test
    void shouldStayAMirror() {
        mirror.append(record(FIRST, "a"));
        mirror.close();
        store.close();

        store = LogStore.launch(Records.context(directory));

        partition = store.topic("t").partition(0);
        assertThat(partition.isMirror()).isTrue();
        assertThat(partition.mirror().position()).isEqualTo(FIRST + 48);
        assertThatThrownBy(() -> store.createTopic(TopicSpec.named("t").segmentLength(Records.SEGMENT_LENGTH)))
                .isInstanceOf(MillraceException.class);
    }

    private RecordFlyweight record(final long position, final String text) {
        return record(position, RecordKind.DATA, text);
    }

    private RecordFlyweight record(final long position, final byte kind, final String text) {
        final int length = RecordDescriptor.HEADER_LENGTH + text.length();
        RecordDescriptor.putHeader(frame, 0, kind, 0, 3, 11, 22, 33);
        frame.putInt(0, length, ByteOrder.LITTLE_ENDIAN);
        frame.putStringWithoutLengthAscii(RecordDescriptor.HEADER_LENGTH, text);
        frame.putInt(
                RecordDescriptor.CRC_OFFSET,
                new RecordChecksum().compute(frame, 0, length, position),
                ByteOrder.LITTLE_ENDIAN);
        return record.wrap(frame, 0, length, position);
    }

    private RecordFlyweight moved(final RecordFlyweight original, final long position) {
        return record.wrap(frame, 0, original.length(), position);
    }

    private static void assertRefused(final ThrowingCallable append, final String why) {
        assertThatThrownBy(append)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT))
                .hasMessageContaining(why);
    }
}
