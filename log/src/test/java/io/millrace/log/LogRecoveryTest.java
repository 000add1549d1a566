package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.append;
import static io.millrace.log.Records.copy;
import static io.millrace.log.Records.deleteCuts;
import static io.millrace.log.Records.texts;
import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens copies of live stores: a copy is what a kill at that moment would leave. */
class LogRecoveryTest {
    private static final int HALF_MAX_PAYLOAD = SEGMENT_LENGTH / 8;

    @TempDir
    private Path root;

    private Path live;
    private Path copy;

    @BeforeEach
    void choosePlaces() {
        live = root.resolve("live");
        copy = root.resolve("copy");
    }

    @Test
    void shouldTurnAClaimThatWasNeverCommittedIntoPadding() {
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            append(partition.appender(), "before");
            final RecordClaim open = new RecordClaim();
            partition.appender().claim(open, RecordKind.DATA, 1, 0, 100);
            append(partition.appender(), "after");
            copy(live, copy);
            open.abort();
        }

        final List<String> lines = new ArrayList<>();
        try (LogStore store = launchListening(copy, lines)) {
            assertThat(texts(topic(store))).containsExactly("before", "after");
            append(topic(store).appender(), "more");
            assertThat(texts(topic(store))).containsExactly("before", "after", "more");
        }
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains("topic=t partition=0").contains("never committed, now padding=1 bytes=144");
        assertThat(lines.get(1)).contains("records=2").contains("never committed, now padding=1 bytes=144");
    }

    @Test
    void shouldFindRecordsBehindAClaimWhoseLengthWasNeverWritten() throws IOException {
        final long position;
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            append(partition.appender(), "before");
            final RecordClaim open = new RecordClaim();
            position = partition.appender().claim(open, RecordKind.DATA, 1, 0, 100);
            append(partition.appender(), "after");
            copy(live, copy);
            open.abort();
        }
        // The thread was stopped between its claim of the space and its first store.
        overwrite(segment(copy, 0), (int) position, new byte[144]);

        try (LogStore store = launch(copy)) {
            assertThat(texts(topic(store))).containsExactly("before", "after");
        }
    }

    @Test
    void shouldKeepRecordsInLaterSegmentsBehindAnOpenClaimInAnEarlierOne() {
        final List<String> expected = new ArrayList<>();
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            final RecordClaim open = new RecordClaim();
            partition.appender().claim(open, RecordKind.DATA, 1, 0, HALF_MAX_PAYLOAD);
            final LogAppender appender = partition.appender();
            for (int i = 0; i < 3000; i++) {
                expected.add("record " + i);
                append(appender, "record " + i);
            }
            assertThat(partition.tailPosition()).isGreaterThan(2L * SEGMENT_LENGTH);
            copy(live, copy);
            open.abort();
        }

        try (LogStore store = launch(copy)) {
            assertThat(texts(topic(store))).isEqualTo(expected);
        }
    }

    @Test
    void shouldPadTheEndOfASegmentThatItsLastAppenderHadNotPadded() throws IOException {
        final List<String> expected = new ArrayList<>();
        long endOfFirst = 0;
        try (LogStore store = launch(live)) {
            final LogAppender appender = topic(store).appender();
            while (topic(store).tailPosition() < SEGMENT_LENGTH + 5000) {
                final String text = "a record of odd length " + expected.size();
                final long position = append(appender, text);
                expected.add(text);
                endOfFirst = position < SEGMENT_LENGTH ? position + 40 + text.length() : endOfFirst;
            }
            copy(live, copy);
        }
        final int end = (int) (endOfFirst + 7) & -8;
        overwrite(segment(copy, 0), end, new byte[SEGMENT_LENGTH - end]);

        try (LogStore store = launch(copy)) {
            assertThat(texts(topic(store))).isEqualTo(expected);
        }
    }

    @RepeatedTest(5)
    void shouldKeepExactlyWhatWasCommittedWhateverElseWasClaimed() {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> expected = new ArrayList<>();
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            final List<RecordClaim> open = new ArrayList<>();
            final LogAppender appender = partition.appender();
            for (int i = random.nextInt(200); i > 0; i--) {
                if (random.nextInt(4) == 0) {
                    final RecordClaim claim = new RecordClaim();
                    final int length = random.nextInt(HALF_MAX_PAYLOAD);
                    untilAccepted(() -> appender.claim(claim, RecordKind.DATA, 1, 0, length));
                    claim.buffer().setMemory(0, random.nextInt(length + 1), (byte) 7);
                    open.add(claim);
                } else {
                    final String text = "x".repeat(random.nextInt(500)) + i;
                    append(appender, text);
                    expected.add(text);
                }
            }
            copy(live, copy);
            open.forEach(RecordClaim::abort);
        }

        for (int round = 0; round < 3; round++) {
            try (LogStore store = launch(copy)) {
                assertThat(texts(topic(store))).as("seed " + seed).isEqualTo(expected);
                append(topic(store).appender(), "round " + round);
                expected.add("round " + round);
            }
        }
    }

    @Test
    void shouldRecoverTheLastSequenceOfEachProducer() {
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            final UnsafeBuffer value = new UnsafeBuffer(new byte[300]);
            for (int id = 1; id <= 3; id++) {
                final ProducerAppender producer = partition.producer(id);
                for (int i = 0; i < 100 * id; i++) {
                    final int sequence = i;
                    untilAccepted(() -> producer.append(sequence, RecordKind.DATA, 1, null, 0, 0, value, 0, 300));
                }
            }
            copy(live, copy);
        }

        try (LogStore store = launch(copy)) {
            for (int id = 1; id <= 3; id++) {
                try (ProducerAppender producer = topic(store).producer(id)) {
                    assertThat(producer.lastSequence()).isEqualTo(100L * id - 1);
                }
            }
        }
    }

    @Test
    void shouldRemoveWhatAnUnfinishedPreparationLeft() throws IOException {
        launchWithOneRecord();
        final Path leftover = segment(live, SEGMENT_LENGTH * 9L).resolveSibling("00000000000000589824.seg.tmp");
        Files.write(leftover, new byte[5000]);
        deleteCuts(live);

        try (LogStore store = launch(live)) {
            assertThat(leftover).doesNotExist();
            assertThat(texts(topic(store))).containsExactly("one");
        }
    }

    @Test
    void shouldRefuseASegmentOfAnUnknownVersion() throws IOException {
        launchWithOneRecord();
        deleteCuts(live);
        final byte[] header = new byte[36];
        try (RandomAccessFile file = new RandomAccessFile(segment(live, 0).toFile(), "r")) {
            file.readFully(header);
        }
        header[8] = 99;
        final CRC32C crc = new CRC32C();
        crc.update(header, 0, 32);
        new UnsafeBuffer(header).putInt(32, (int) crc.getValue());
        overwrite(segment(live, 0), 0, header);

        assertFails(
                ErrorCode.UNSUPPORTED_VERSION,
                "segment has an unknown format version: file=" + segment(live, 0) + " version=99 known=1; open it with"
                        + " the release that wrote it, or a later one");
    }

    @Test
    void shouldRefuseAStoreOfAnUnknownVersion() throws IOException {
        launchWithOneRecord();
        Files.writeString(live.resolve("millrace-store.properties"), "version=2\n");

        assertFails(ErrorCode.UNSUPPORTED_VERSION, "version=2 known=1");
    }

    @Test
    void shouldOpenInSpiteOfADamagedSegmentHeaderAndTellReaders() throws IOException {
        launchWithOneRecord();
        for (int offset = 0; offset < 36; offset++) {
            final Path damaged = root.resolve("damaged " + offset);
            copy(live, damaged);
            if (offset % 2 == 0) {
                deleteCuts(damaged);
            }
            flip(segment(damaged, 0), offset);

            final List<String> lines = new ArrayList<>();
            try (LogStore store = launchListening(damaged, lines);
                    LogReader reader = topic(store).reader()) {
                assertThat(append(topic(store).appender(), "two")).isEqualTo(SEGMENT_LENGTH + 4096);
                assertThatThrownBy(() -> reader.poll(record -> {}, 1))
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT))
                        .hasMessageContaining(segment(damaged, 0).toString());
                reader.seek(SEGMENT_LENGTH);
                assertThat(reader.poll(record -> {}, 2)).isOne();
            }
        }
    }

    @Test
    void shouldNameThePositionOfADamagedRecordAndGoOnBehindIt() throws IOException {
        try (LogStore store = launch(live)) {
            append(topic(store).appender(), "one");
            append(topic(store).appender(), "two");
        }
        deleteCuts(live);
        Records.deleteSnapshots(live);
        overwrite(segment(live, 0), 4096, new byte[] {1, 2, 3, 4});

        final List<String> lines = new ArrayList<>();
        try (LogStore store = launchListening(live, lines);
                LogReader reader = topic(store).reader()) {
            assertThat(append(topic(store).appender(), "three")).isEqualTo(4096 + 96);
            assertThatThrownBy(() -> reader.poll(record -> {}, 1)).hasMessageContaining("position=4096");
        }
        assertThat(lines.get(0))
                .contains("a record header is damaged: topic=t partition=0 position=4096 file=" + segment(live, 0))
                .contains("next position=4144");
        assertThat(lines.get(lines.size() - 1)).contains("damages=1");
    }

    @Test
    void shouldSeekATimeAsFarAsADamagedLength() throws IOException {
        try (LogStore store = launch(live)) {
            append(topic(store).appender(), "one");
            append(topic(store).appender(), "two");
        }
        overwrite(segment(live, 0), 4096 + 48, new byte[] {1, 0, 0, 0});

        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            reader.seekToLogTime(Long.MAX_VALUE);
            assertThat(reader.position()).isEqualTo(4096 + 48);
        }
    }

    @Test
    void shouldTellReadersOfACommittedRecordWhoseLengthIsNotPositiveAnyMore() throws IOException {
        for (final boolean isClosed : new boolean[] {false, true}) {
            for (final int length : new int[] {0, -5, -48, Integer.MIN_VALUE}) {
                final Path home = root.resolve(isClosed + "" + length);
                try (LogStore store = launch(home)) {
                    append(topic(store).appender(), "one");
                    append(topic(store).appender(), "two");
                }
                if (!isClosed) {
                    deleteCuts(home);
                    Records.deleteSnapshots(home);
                }
                overwrite(segment(home, 0), 4096, bytesOf(length));

                for (int opening = 1; opening <= 2; opening++) {
                    try (LogStore store = launch(home);
                            LogReader reader = topic(store).reader()) {
                        for (int poll = 1; poll <= 2; poll++) {
                            assertThatThrownBy(() -> reader.poll(record -> {}, 1))
                                    .hasMessageContaining("position=4096");
                        }
                        assertThat(reader.isAtEnd()).isFalse();
                        reader.seekToLogTime(Long.MAX_VALUE);
                        assertThat(reader.position()).isEqualTo(4096);
                    }
                }
            }
        }
    }

    @Test
    void shouldTellReadersOfAStoreThatIsOnlyReadOfALengthThatNoClaimHas() throws IOException {
        for (final int length : new int[] {0, -5, -48, Integer.MIN_VALUE}) {
            final Path home = root.resolve("length" + length);
            try (LogStore store = launch(home)) {
                append(topic(store).appender(), "one");
                append(topic(store).appender(), "two");
            }
            overwrite(segment(home, 0), 4096, bytesOf(length));

            try (LogStore store = LogStore.openReadOnly(Records.context(home))) {
                final LogPartition partition = store.topic("t").partition(0);
                try (LogReader reader = partition.reader()) {
                    assertThatThrownBy(() -> reader.poll(record -> {}, 1)).hasMessageContaining("position=4096");
                    reader.seek(4096 + 48);
                    assertThat(rest(reader)).containsExactly("two");
                }
                assertThat(partition.tailPosition()).isEqualTo(4096 + 96);
                assertThat(partition.inspect(0, true, record -> true).damagePosition())
                        .isEqualTo(4096);
            }
        }
    }

    @Test
    void shouldTellWhoeverSeeksARecordThatIsDamaged() throws IOException {
        try (LogStore store = launch(live)) {
            for (final String text : List.of("one", "two", "three", "four")) {
                append(topic(store).appender(), text);
            }
        }
        overwrite(segment(live, 0), 4096 + 48, new byte[96]);

        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            for (final long position : new long[] {4096 + 49, 4096 + 96, 4096 + 143}) {
                reader.seekToBegin();
                reader.seek(position);
                assertThat(reader.position()).isEqualTo(4096 + 48);
                assertThatThrownBy(() -> reader.poll(record -> {}, 1)).hasMessageContaining("position=4144");
            }
            reader.seek(4096 + 144);
            assertThat(rest(reader)).containsExactly("four");
        }
    }

    @Test
    void shouldStandAtDamageThatCameWhileTheStoreIsOpenAndNothingBehindItIsKnownToBeCommitted() throws IOException {
        for (final int length : new int[] {0, -48, -5, 7}) {
            final Path home = root.resolve("live" + length);
            try (LogStore store = launch(home);
                    LogReader reader = topic(store).reader()) {
                final LogPartition partition = topic(store);
                final RecordClaim open = new RecordClaim();
                partition.appender().claim(open, RecordKind.DATA, 1, 0, 8);
                append(partition.appender(), "one");
                append(partition.appender(), "two");
                // The claim keeps the store from filling checksums, as damage does.
                overwrite(segment(home, 0), 4096 + 48, bytesOf(length, 0x1234));

                reader.seekToEnd();
                reader.seek(4096 + 144);
                reader.seek(4096 + 48);
                if (length <= 0) {
                    open.commit();
                    assertThatThrownBy(() -> rest(reader)).hasMessageContaining("position=4144");
                    assertThat(reader.seekBehindDamage()).isFalse();
                } else {
                    open.abort();
                }
            }
        }
    }

    @Test
    void shouldNotPassWhatMayBecomeARecordInAStoreThatIsOnlyRead() throws IOException {
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            append(partition.appender(), "one");
            final RecordClaim open = new RecordClaim();
            partition.appender().claim(open, RecordKind.DATA, 1, 0, 8);
            append(partition.appender(), "two");
            overwrite(segment(live, 0), 4096, bytesOf(7, 0x1234));

            try (LogStore other = LogStore.openReadOnly(Records.context(live));
                    LogReader reader = other.topic("t").partition(0).reader()) {
                assertThat(other.topic("t").partition(0).tailPosition()).isEqualTo(4096);
                assertThat(reader.seekBehindDamage()).isFalse();
            }
            open.abort();
        }
    }

    @Test
    void shouldGoOnBehindADamagedRecordThatPaddingFollows() throws IOException {
        final TreeMap<Long, String> texts = appendUntil(SEGMENT_LENGTH + 20_000);
        final long last = texts.lowerKey((long) SEGMENT_LENGTH);
        final List<String> expected =
                List.copyOf(texts.tailMap((long) SEGMENT_LENGTH).values());
        overwrite(segment(live, 0), (int) last, bytesOf(-5));

        for (final boolean isReadOnly : new boolean[] {false, true}) {
            try (LogStore store = isReadOnly ? LogStore.openReadOnly(Records.context(live)) : launch(live);
                    LogReader reader = store.topic("t").partition(0).reader()) {
                assertThatThrownBy(() -> rest(reader)).hasMessageContaining("length=-5");
                assertThat(reader.seekBehindDamage()).isTrue();
                assertThat(rest(reader)).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldPassSegmentsThatCannotBeOpened() throws IOException {
        final TreeMap<Long, String> kept = appendUntil(4L * SEGMENT_LENGTH);
        kept.subMap((long) SEGMENT_LENGTH, 3L * SEGMENT_LENGTH).clear();
        final List<String> expected = List.copyOf(kept.values());
        flip(segment(live, SEGMENT_LENGTH), 0);
        flip(segment(live, 2L * SEGMENT_LENGTH), 0);

        for (final boolean isReadOnly : new boolean[] {false, true}) {
            try (LogStore store = isReadOnly ? LogStore.openReadOnly(Records.context(live)) : launch(live);
                    LogReader reader = store.topic("t").partition(0).reader()) {
                final List<String> texts = new ArrayList<>();
                assertThatThrownBy(() -> {
                            while (reader.poll(record -> texts.add(Records.text(record)), 1) > 0) {
                                continue;
                            }
                        })
                        .isInstanceOf(MillraceException.class);
                assertThat(reader.seekBehindDamage()).isTrue();
                assertThatThrownBy(() -> rest(reader)).hasMessageContaining(segment(live, 2L * SEGMENT_LENGTH) + "");
                assertThat(reader.seekBehindDamage()).isTrue();
                texts.addAll(rest(reader));
                assertThat(texts).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldSeekATimeInASegmentBehindOneThatIsDamaged() throws IOException {
        final List<Long> times = new ArrayList<>();
        final List<Long> positions = new ArrayList<>();
        try (LogStore store = launch(live)) {
            final LogPartition partition = topic(store);
            while (partition.tailPosition() < 5L * SEGMENT_LENGTH) {
                positions.add(append(partition.appender(), "x".repeat(5000)));
            }
            try (LogReader reader = partition.reader()) {
                while (reader.poll(record -> times.add(record.logTimeNs()), 1) > 0) {
                    continue;
                }
            }
        }
        // Its index and its first record.
        overwrite(segment(live, 2L * SEGMENT_LENGTH), 64, new byte[4096]);

        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            for (int i = 0; i < times.size(); i++) {
                if (positions.get(i) > 4L * SEGMENT_LENGTH && times.get(i) > times.get(i - 1)) {
                    reader.seekToLogTime(times.get(i));
                    assertThat(reader.position()).isEqualTo(positions.get(i));
                }
            }
        }
    }

    @Test
    void shouldTellAReaderThatHasWaitedOfARecordThatIsDamagedLater() throws IOException {
        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            assertThat(reader.poll(record -> {}, 1)).isZero();
            append(topic(store).appender(), "one");
            store.forceNow();
            overwrite(segment(live, 0), 4096, bytesOf(0));

            assertThat(reader.isAtEnd()).isFalse();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 64; i++) {
                            reader.poll(record -> {}, 1);
                        }
                    })
                    .hasMessageContaining("position=4096");
        }
    }

    @Test
    void shouldSayThatTheEndIsNotReachedWherePaddingIsDamaged() throws IOException {
        try (LogStore store = launch(live)) {
            final RecordClaim claim = new RecordClaim();
            topic(store).appender().claim(claim, RecordKind.DATA, 1, 0, 100);
            claim.abort();
            append(topic(store).appender(), "one");
        }
        overwrite(segment(live, 0), 4096, bytesOf(SEGMENT_LENGTH));

        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            assertThat(reader.isAtEnd()).isFalse();
            assertThatThrownBy(() -> reader.poll(record -> {}, 1)).hasMessageContaining("position=4096");
        }
    }

    @Test
    void shouldGoOnAtTheNextWholeRecordBehindADamagedLength() throws IOException {
        for (final int length : new int[] {0, -48, 7, 64, SEGMENT_LENGTH}) {
            final Path home = root.resolve("length" + length);
            try (LogStore store = launch(home)) {
                append(topic(store).appender(), "one");
                append(topic(store).appender(), "two");
                append(topic(store).appender(), "three");
            }
            overwrite(segment(home, 0), 4096, bytesOf(length));

            try (LogStore store = launch(home);
                    LogReader reader = topic(store).reader()) {
                assertThat(reader.seekBehindDamage()).isTrue();
                assertThat(rest(reader)).containsExactly("two", "three");
                reader.seekToBegin();
                reader.seek(4096 + 96);
                assertThat(rest(reader)).containsExactly("three");
            }
            try (LogStore store = LogStore.openReadOnly(Records.context(home));
                    LogReader reader = store.topic("t").partition(0).reader()) {
                assertThat(reader.seekBehindDamage()).isTrue();
                assertThat(rest(reader)).containsExactly("two", "three");
                assertThat(reader.seekBehindDamage()).isFalse();
            }
        }
    }

    @Test
    void shouldGoOnInTheNextSegmentWhenNothingBehindDamageIsWhole() throws IOException {
        final List<String> expected = List.copyOf(appendUntil(SEGMENT_LENGTH + 20_000)
                .tailMap((long) SEGMENT_LENGTH)
                .values());
        overwrite(segment(live, 0), 4096, new byte[SEGMENT_LENGTH - 4096]);

        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            assertThatThrownBy(() -> reader.poll(record -> {}, 1)).hasMessageContaining("position=4096");
            assertThat(reader.seekBehindDamage()).isTrue();
            assertThat(rest(reader)).isEqualTo(expected);
        }
        try (LogStore store = LogStore.openReadOnly(Records.context(live));
                LogReader reader = store.topic("t").partition(0).reader()) {
            assertThat(reader.seekBehindDamage()).isTrue();
            assertThat(rest(reader)).isEqualTo(expected);
        }
    }

    @Test
    void shouldGoBehindDamageToTheEndWhereItIsTheLastThingThatWasCommitted() throws IOException {
        launchWithOneRecord();
        overwrite(segment(live, 0), 4096, bytesOf(0));

        try (LogStore store = launch(live);
                LogReader reader = topic(store).reader()) {
            assertThat(reader.seekBehindDamage()).isTrue();
            assertThat(reader.seekBehindDamage()).isFalse();
            append(topic(store).appender(), "two");
            assertThat(rest(reader)).containsExactly("two");
        }
    }

    @Test
    void shouldChangeNothingOfRecordsThatADamagedLengthLeadsInto() throws IOException {
        final int second = 4096 + 48;
        try (LogStore store = launch(live)) {
            append(topic(store).appender(), "one");
            // Its value looks like a claim that was never committed.
            final UnsafeBuffer claim = new UnsafeBuffer(new byte[Long.BYTES]);
            claim.putInt(0, -48, ByteOrder.LITTLE_ENDIAN);
            topic(store).appender().append(RecordKind.DATA, 1, null, 0, 0, claim, 0, Long.BYTES);
            append(topic(store).appender(), "three");
        }
        deleteCuts(live);
        Records.deleteSnapshots(live);
        final byte[] before = Files.readAllBytes(segment(live, 0));
        // It ends where the value of the second begins then.
        overwrite(segment(live, 0), 4096, new byte[] {48 + 40, 0, 0, 0});

        launch(live).close();

        final byte[] after = Files.readAllBytes(segment(live, 0));
        assertThat(Arrays.copyOfRange(after, second, after.length))
                .isEqualTo(Arrays.copyOfRange(before, second, before.length));
    }

    @Test
    void shouldGoOnInTheNextSegmentWhenNothingCanBeFoundBehindDamage() throws IOException {
        launchWithOneRecord();
        deleteCuts(live);
        Records.deleteSnapshots(live);
        overwrite(segment(live, 0), 4096, new byte[] {1, 2, 3, 4});

        try (LogStore store = launch(live)) {
            assertThat(append(topic(store).appender(), "two")).isEqualTo(SEGMENT_LENGTH + 4096);
        }
        assertThat(segment(live, 0)).isNotEmptyFile();
    }

    @Test
    void shouldReadWhatIsLeftOfASegmentThatWasCutShort() throws IOException {
        launchWithOneRecord();
        deleteCuts(live);
        try (RandomAccessFile file = new RandomAccessFile(segment(live, 0).toFile(), "rw")) {
            file.setLength(SEGMENT_LENGTH - 1);
        }

        final List<String> lines = new ArrayList<>();
        try (LogStore store = launchListening(live, lines)) {
            append(topic(store).appender(), "two");
            assertThat(texts(topic(store))).containsExactly("one", "two");
        }
        assertThat(lines.get(0)).contains("a segment file was short").contains("missing=1");
    }

    @Test
    void shouldOpenWithoutASegmentInTheMiddleAndTellReaders() throws IOException {
        try (LogStore store = launch(live)) {
            while (topic(store).tailPosition() < 3L * SEGMENT_LENGTH) {
                append(topic(store).appender(), "x".repeat(5000));
            }
        }
        deleteCuts(live);
        Files.delete(segment(live, SEGMENT_LENGTH));

        final List<String> lines = new ArrayList<>();
        try (LogStore store = launchListening(live, lines);
                LogReader reader = topic(store).reader()) {
            append(topic(store).appender(), "more");
            assertThatThrownBy(() -> reader.poll(record -> {}, 1000))
                    .hasMessageContaining("a segment is missing: topic=t partition=0 position=65536");
        }
        assertThat(lines.get(0)).contains("a segment is missing").contains("position=65536");
    }

    @Test
    void shouldNotOverwriteTheRecordsOfATopicThatLostItsPropertiesFile() throws IOException {
        launchWithOneRecord();
        Files.delete(live.resolve("topics/t/topic.properties"));

        try (LogStore store = launch(live)) {
            assertThat(store.hasTopic("t")).isFalse();
            assertThatThrownBy(() -> topic(store))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CORRUPT));
        }
        assertThat(segment(live, 0)).exists();
    }

    private void assertFails(final ErrorCode code, final String message) {
        assertThatThrownBy(() -> launch(live))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(code))
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    /** Long texts, no two alike, by their positions. */
    private TreeMap<Long, String> appendUntil(final long end) {
        final TreeMap<Long, String> texts = new TreeMap<>();
        try (LogStore store = launch(live)) {
            final LogAppender appender = topic(store).appender();
            while (topic(store).tailPosition() < end) {
                final String text = "x".repeat(5000) + texts.size();
                texts.put(append(appender, text), text);
            }
        }
        return texts;
    }

    private static List<String> rest(final LogReader reader) {
        final List<String> texts = new ArrayList<>();
        while (reader.poll(record -> texts.add(Records.text(record)), 1) > 0) {
            continue;
        }
        return texts;
    }

    private static byte[] bytesOf(final int length, final int slot) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .putInt(slot)
                .array();
    }

    private static byte[] bytesOf(final int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private void launchWithOneRecord() {
        try (LogStore store = launch(live)) {
            append(topic(store).appender(), "one");
        }
    }

    private static LogStore launch(final Path directory) {
        return LogStore.launch(Records.context(directory));
    }

    private static void flip(final Path file, final int offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            final int before = bytes.read();
            bytes.seek(offset);
            bytes.write(before ^ 0x40);
        }
    }

    private static LogStore launchListening(final Path directory, final List<String> lines) {
        return Records.listening(lines, () -> launch(directory));
    }

    private static LogPartition topic(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }

    private static Path segment(final Path directory, final long base) {
        return directory.resolve("topics/t/0/" + String.format("%020d.seg", base));
    }

    private static void overwrite(final Path file, final int offset, final byte[] bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(offset);
            out.write(bytes);
        }
    }
}
