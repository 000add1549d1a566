package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.append;
import static io.millrace.log.Records.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a reader stops: at a bound, and at a header that cannot be true. */
class LogReaderBoundTest {
    @TempDir
    private Path directory;

    private final List<String> texts = new ArrayList<>();

    @Test
    void shouldHandOutWhatStartsBeforeTheBoundAndNothingElse() {
        try (LogStore store = LogStore.launch(Records.context(directory));
                LogReader reader = fill(store, "a", "b", "c").reader()) {
            final long second = reader.position() + 48;

            assertThat(pollTo(reader, 10, second)).isEqualTo(1);
            assertThat(reader.position()).isEqualTo(second);
            assertThat(pollTo(reader, 10, second)).isZero();
            assertThat(pollTo(reader, 10, second - 1)).isZero();
            assertThat(pollTo(reader, 10, second + 1)).isEqualTo(1);
            assertThat(pollTo(reader, 10, Long.MAX_VALUE)).isEqualTo(1);
            assertThat(texts).containsExactly("a", "b", "c");
        }
    }

    @Test
    void shouldStopAtTheLimitThatIsReachedFirst() {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final LogReader reader = fill(store, "a", "b", "c").reader();
            assertThat(pollTo(reader, 2, Long.MAX_VALUE)).isEqualTo(2);
            assertThat(pollTo(reader, 0, Long.MAX_VALUE)).isZero();
            reader.close();
            assertThat(pollTo(reader, 2, Long.MAX_VALUE)).isEqualTo((int) Outcome.CLOSED);
        }
    }

    @Test
    void shouldRefuseToReadARecordWhoseReaderItsHandlerHasClosed() {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final LogReader reader = fill(store, "a", "b").reader();
            final int polled = reader.poll(
                    record -> {
                        assertThat(record.logTimeNs()).isPositive();
                        reader.close();
                        assertThatThrownBy(record::logTimeNs).isInstanceOf(IllegalStateException.class);
                        assertThat(record.toString()).contains("not wrapped");
                    },
                    10);
            assertThat(polled).isEqualTo(1);
        }
    }

    @Test
    void shouldReadTheSameInPiecesOfAnyLengthAcrossSegments() {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final LogPartition partition = partition(store);
            final List<String> expected = new ArrayList<>();
            final LogAppender appender = partition.appender();
            while (partition.tailPosition() < 4 * SEGMENT_LENGTH) {
                final String text = "x".repeat(random.nextInt(9_000)) + expected.size();
                append(appender, text);
                expected.add(text);
            }
            try (LogReader reader = partition.reader()) {
                long bound = 0;
                while (bound < partition.tailPosition()) {
                    bound += random.nextInt(20_000);
                    final long limit = bound;
                    reader.poll(
                            record -> {
                                assertThat(record.position()).isLessThan(limit);
                                texts.add(text(record));
                            },
                            Integer.MAX_VALUE,
                            bound);
                }
            }
            assertThat(texts).as("seed " + seed).isEqualTo(expected);
        }
    }

    @Test
    void shouldNameFileAndPositionOfALengthThatCannotBeTrueAndStayThere() throws IOException {
        for (final int length : new int[] {1, 39, SEGMENT_LENGTH, Integer.MAX_VALUE}) {
            final Path place = directory.resolve("length" + length);
            try (LogStore store = LogStore.launch(Records.context(place));
                    LogReader reader = fill(store, "a", "b", "c").reader()) {
                final long second = reader.position() + 48;
                overwrite(place, second, ByteBuffer.allocate(4).putInt(0, Integer.reverseBytes(length)));

                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> pollTo(reader, 10, Long.MAX_VALUE))
                            .isInstanceOfSatisfying(
                                    MillraceException.class,
                                    ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT))
                            .hasMessageContaining("position=" + second + " file=" + place)
                            .hasMessageContaining("length=" + length);
                    assertThat(reader.position()).isEqualTo(second);
                }
                assertThat(texts).containsExactly("a");
                texts.clear();
            }
        }
    }

    @Test
    void shouldStopASeekAtALengthThatCannotBeTrueAndSaySo() throws IOException {
        try (LogStore store = LogStore.launch(Records.context(directory));
                LogReader reader = fill(store, "a", "b", "c").reader()) {
            final long second = reader.position() + 48;
            overwrite(directory, second, ByteBuffer.allocate(4).putInt(0, Integer.reverseBytes(1 << 20)));

            for (final long target : new long[] {second + 8, second + 48, Long.MAX_VALUE}) {
                reader.seek(target);

                assertThat(reader.position()).isEqualTo(second);
                assertThatThrownBy(() -> pollTo(reader, 10, Long.MAX_VALUE))
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT));
            }
        }
    }

    @Test
    void shouldRefuseAKeyThatIsLongerThanItsRecord() throws IOException {
        try (LogStore store = LogStore.launch(Records.context(directory));
                LogReader reader = fill(store, "a", "b").reader()) {
            final long first = reader.position();
            overwrite(
                    directory,
                    first + 10,
                    ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) 2));

            assertThatThrownBy(() -> pollTo(reader, 10, Long.MAX_VALUE))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT))
                    .hasMessageContaining("key length=2");
        }
    }

    private int pollTo(final LogReader reader, final int limit, final long endPosition) {
        return reader.poll(record -> texts.add(text(record)), limit, endPosition);
    }

    /** The log maps the file, so it sees at once what is written to it. */
    private static void overwrite(final Path store, final long position, final ByteBuffer bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(
                store.resolve("topics/t/0/00000000000000000000.seg").toFile(), "rw")) {
            file.getChannel().write(bytes, position);
        }
    }

    private static LogPartition fill(final LogStore store, final String... values) {
        final LogAppender appender = partition(store).appender();
        for (final String value : values) {
            append(appender, value);
        }
        return partition(store);
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }
}
