package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.append;
import static io.millrace.log.Records.texts;
import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogAppenderTest {
    private static final int MAX_PAYLOAD = SEGMENT_LENGTH / 4 - 40;

    @TempDir
    private Path directory;

    private LogStore store;
    private LogPartition partition;
    private LogAppender appender;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[SEGMENT_LENGTH]);
    private long nowNs = 1_000;

    @BeforeEach
    void open() {
        store = LogStore.launch(Records.context(directory).clock(() -> nowNs));
        partition = store.createTopic(TopicSpec.named("orders")).partition(0);
        appender = partition.appender();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldWriteAllFieldsOfARecord() {
        bytes.putStringWithoutLengthAscii(0, "keyvalue!");
        final long position = appender.append(RecordKind.TICK, 55, bytes, 0, 3, bytes, 3, 6);

        final List<String> seen = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            assertThat(reader.topic()).isEqualTo("orders");
            assertThat(reader.partition()).isZero();
            reader.poll(
                    record -> {
                        assertThat(record.position()).isEqualTo(position).isEqualTo(4096);
                        assertThat(record.length()).isEqualTo(49);
                        assertThat(record.kind()).isEqualTo(RecordKind.TICK);
                        assertThat(record.eventTimeNs()).isEqualTo(55);
                        assertThat(record.logTimeNs()).isEqualTo(1_000);
                        assertThat(record.producerId()).isZero();
                        assertThat(record.buffer().getStringWithoutLengthAscii(record.keyOffset(), record.keyLength()))
                                .isEqualTo("key");
                        seen.add(Records.text(record));
                    },
                    10);
            assertThat(reader.position()).isEqualTo(4096 + 56);
        }
        assertThat(seen).containsExactly("value!");
        assertThat(partition.tailPosition()).isEqualTo(4096 + 56);
    }

    @Test
    void shouldShowAClaimOnlyAfterItsCommit() {
        final RecordClaim claim = new RecordClaim();
        final long position = appender.claim(claim, RecordKind.DATA, 1, 0, 5);
        append(partition.appender(), "later");
        assertThat(texts(partition)).isEmpty();

        assertThat(claim.position()).isEqualTo(position);
        assertThat(claim.valueLength()).isEqualTo(5);
        claim.buffer().putStringWithoutLengthAscii(claim.valueOffset(), "first");
        claim.commit();

        assertThat(texts(partition)).containsExactly("first", "later");
        assertThatThrownBy(claim::commit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSkipAnAbortedClaim() {
        final RecordClaim claim = new RecordClaim();
        append(appender, "first");
        appender.claim(claim, RecordKind.DATA, 1, 3, 50);
        claim.abort();
        append(appender, "second");

        assertThat(texts(partition)).containsExactly("first", "second");
    }

    @Test
    void shouldKeepAClaimFromTouchingItsNeighbours() {
        final RecordClaim claim = new RecordClaim();
        appender.claim(claim, RecordKind.DATA, 1, 0, 4);

        assertThatThrownBy(() -> claim.buffer().putLong(claim.valueOffset(), 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> appender.claim(claim, RecordKind.DATA, 1, 0, 4))
                .isInstanceOf(IllegalStateException.class);
        claim.commit();
        assertThatThrownBy(() -> claim.buffer().putByte(0, (byte) 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldRefuseARecordThatIsTooLong() {
        assertThat(appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, MAX_PAYLOAD))
                .isPositive();
        assertThat(appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, MAX_PAYLOAD + 1))
                .isEqualTo(Outcome.RECORD_TOO_LONG);
        assertThat(appender.claim(new RecordClaim(), RecordKind.DATA, 1, 0, Integer.MAX_VALUE))
                .isEqualTo(Outcome.RECORD_TOO_LONG);
    }

    @Test
    void shouldRefuseWrongArgumentsBeforeItClaims() {
        assertThatThrownBy(() -> appender.append(RecordKind.PADDING, 1, null, 0, 0, bytes, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> appender.append(RecordKind.DATA, 1, null, 0, -1, bytes, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, bytes.capacity(), 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(partition.tailPosition()).isEqualTo(4096);
    }

    @Test
    void shouldNotLetLogTimeGoBack() {
        append(appender, "a");
        nowNs = 900;
        append(appender, "b");
        nowNs = 1_100;
        append(appender, "c");

        final List<Long> times = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> times.add(record.logTimeNs()), 10);
        }
        assertThat(times).containsExactly(1_000L, 1_000L, 1_100L);
    }

    @Test
    void shouldRollWhateverRemainsAtTheEndOfASegment() {
        // Each start length leaves another remainder in front of the last record: 0, 8, 16, ... bytes.
        final List<Long> positions = new ArrayList<>();
        for (int first = 0; first <= 64; first += 8) {
            positions.add(appendAny(MAX_PAYLOAD - first));
            for (int i = 0; i < 8; i++) {
                positions.add(appendAny(MAX_PAYLOAD / 2));
            }
        }

        final List<Long> read = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> read.add(record.position()), 7) > 0) {
                assertThat(reader.position()).isPositive();
            }
            assertThat(reader.isAtEnd()).isTrue();
        }
        assertThat(read).isEqualTo(positions);
        assertThat(partition.tailPosition()).isGreaterThan(4L * SEGMENT_LENGTH);
    }

    @Test
    void shouldFinishAClaimAfterOthersHaveRolled() {
        final RecordClaim claim = new RecordClaim();
        appender.claim(claim, RecordKind.DATA, 1, 0, 5);
        for (int i = 0; i < 40; i++) {
            appendAny(MAX_PAYLOAD);
        }
        assertThat(texts(partition)).isEmpty();

        claim.buffer().putStringWithoutLengthAscii(0, "first");
        claim.commit();

        assertThat(texts(partition)).hasSize(41).first().isEqualTo("first");
    }

    @Test
    void shouldSayClosedToAppendersAndReadersOfAClosedStore() {
        final LogReader reader = partition.reader();
        append(appender, "a");
        assertThat(reader.poll(record -> {}, 10)).isOne();
        final long tail = partition.tailPosition();

        store.close();
        store.close();

        assertThat(appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, 1)).isEqualTo(Outcome.CLOSED);
        assertThat(appender.claim(new RecordClaim(), RecordKind.DATA, 1, 0, 1)).isEqualTo(Outcome.CLOSED);
        assertThat(reader.poll(record -> {}, 10)).isEqualTo((int) Outcome.CLOSED);
        assertThat(partition.tailPosition()).isEqualTo(tail);
        assertThatThrownBy(partition::appender).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseToFinishAClaimAfterCloseHasGivenUpWaiting() {
        final RecordClaim claim = new RecordClaim();
        append(appender, "a");
        appender.claim(claim, RecordKind.DATA, 1, 0, 5);

        store.close();
        assertThatThrownBy(claim::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed before the claim was finished");

        store = LogStore.launch(Records.context(directory));
        append(store.topic("orders").partition(0).appender(), "b");
        assertThat(texts(store.topic("orders").partition(0))).containsExactly("a", "b");
    }

    @Test
    void shouldCountAProducersSequenceFromTheCommitOfItsClaim() {
        final RecordClaim claim = new RecordClaim();
        try (ProducerAppender producer = partition.producer(3)) {
            assertThat(producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4)).isPositive();
            assertThatThrownBy(() -> producer.claim(new RecordClaim(), 1, RecordKind.DATA, 1, 0, 4))
                    .isInstanceOf(IllegalStateException.class);
            claim.abort();
            assertThat(producer.lastSequence()).isEqualTo(-1);

            producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4);
            claim.commit();
            assertThat(producer.lastSequence()).isZero();
            assertThat(producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4)).isEqualTo(Outcome.DUPLICATE);
        }
        try (ProducerAppender again = partition.producer(3)) {
            assertThat(again.lastSequence()).isZero();
        }
    }

    @Test
    void shouldSayThatARecordIsTooLongAlsoUnderASequenceThatIsHeld() {
        final RecordClaim claim = new RecordClaim();
        try (ProducerAppender producer = partition.producer(3)) {
            assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, bytes, 0, 4))
                    .isPositive();

            assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, bytes, 0, MAX_PAYLOAD + 1))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(producer.claim(claim, 0, RecordKind.DATA, 1, 65_536, 0)).isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(producer.claim(claim, 0, RecordKind.DATA, 1, 0, Integer.MAX_VALUE))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, bytes, 0, MAX_PAYLOAD))
                    .isEqualTo(Outcome.DUPLICATE);
        }
    }

    @Test
    void shouldStayAtARecordWhoseHandlerThrows() {
        append(appender, "a");
        append(appender, "b");
        final List<String> seen = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            assertThatThrownBy(() -> reader.poll(
                            record -> {
                                seen.add(Records.text(record));
                                if (seen.size() == 2) {
                                    throw new IllegalStateException("no");
                                }
                            },
                            10))
                    .hasMessage("no");
            reader.poll(record -> seen.add(Records.text(record)), 10);
        }
        assertThat(seen).containsExactly("a", "b", "b");
    }

    @Test
    void shouldLetAHandlerSeek() {
        append(appender, "a");
        append(appender, "b");
        final List<String> seen = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            final RecordHandler again = record -> {
                seen.add(Records.text(record));
                if (seen.size() == 2) {
                    reader.seek(record.position());
                } else if (seen.size() == 3) {
                    reader.seekToBegin();
                }
            };
            for (int i = 0; i < 3; i++) {
                reader.poll(again, 10);
            }
        }
        assertThat(seen).containsExactly("a", "b", "b", "a", "b");
    }

    @Test
    void shouldTakeATombstoneForWhatItIs() {
        bytes.putStringWithoutLengthAscii(0, "key");
        assertThat(appender.append(RecordKind.TOMBSTONE, 1, bytes, 0, 3, null, 0, 0))
                .isPositive();
        assertThatThrownBy(() -> appender.append(RecordKind.TOMBSTONE, 1, bytes, 0, 3, bytes, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tombstone must have a key and no value: keyLength=3 valueLength=1");
        assertThatThrownBy(() -> appender.append(RecordKind.TOMBSTONE, 1, null, 0, 0, null, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> appender.append(RecordKind.PRODUCER, 1, null, 0, 0, null, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);

        final List<Byte> kinds = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> kinds.add(record.kind()), 10);
        }
        assertThat(kinds).containsExactly(RecordKind.TOMBSTONE);
    }

    private long appendAny(final int length) {
        return untilAccepted(() -> appender.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, length));
    }
}
