package io.millrace.torture.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.torture.net.History;
import io.millrace.torture.net.Message;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plants each kind of fault in a run, in the log or in a history, which then has to be named. */
class HistoryCheckerTest {
    private static final String TOPIC = "t";
    private static final int RECORDS = 400;

    @TempDir
    Path directory;

    private final Message message = new Message();
    private final List<Record> records = new ArrayList<>();

    /** A record that a life of publisher 1 sends to partition 0. */
    private record Record(int life, long sequence) {}

    @BeforeEach
    void givenRecords() throws IOException {
        Files.createDirectories(histories());
        for (int i = 0; i < RECORDS; i++) {
            records.add(new Record(1, i));
        }
    }

    @Test
    void shouldFindNothingInAFaultlessRun() throws IOException {
        final List<Long> positions = givenLog(records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        givenSubscriber(positions, records);

        final HistoryResult result = check();

        assertThat(result.messages()).isEmpty();
        assertThat(result.isClean()).isTrue();
        assertThat(List.of(result.sent(), result.acknowledged(), result.stored(), result.seen()))
                .containsOnly((long) RECORDS);
    }

    @Test
    void shouldAllowWhatWasNotAcknowledgedToBeMissing() throws IOException {
        final List<Record> stored = records.subList(0, 300);
        givenSubscriber(givenLog(stored), stored);
        givenPublisher(1, 0, RECORDS, 250);

        assertThat(check().messages()).isEmpty();
    }

    @Test
    void shouldNameAnAcknowledgedRecordThatTheLogHasNot() throws IOException {
        final List<Record> stored = records.subList(0, RECORDS - 2);
        givenSubscriber(givenLog(stored), stored);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);

        assertCounts(2, 0, 0, 0, "lost: acknowledged and not in the log: publisher=1 partition=0 sequence=398");
    }

    @Test
    void shouldNameARecordThatTheLogLeavesOut() throws IOException {
        records.remove(7);
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, -1);

        assertCounts(1, 0, 0, 0, "lost: left out, with later ones in the log: publisher=1 partition=0 sequence=7");
    }

    @Test
    void shouldNameARecordThatTheLogHasTwice() throws IOException {
        records.add(new Record(1, 5));
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);

        assertCounts(0, 1, 0, 0, "doubled: twice in the log: publisher=1 partition=0 sequence=5 position=");
    }

    @Test
    void shouldNameARecordThatLiesBehindALaterOne() throws IOException {
        records.add(20, records.remove(10));
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);

        assertCounts(
                0,
                0,
                1,
                0,
                "out of order: in the log behind sequence 20: publisher=1 partition=0 sequence=10 position=");
    }

    @Test
    void shouldNameARecordThatNobodySent() throws IOException {
        records.add(new Record(1, RECORDS));
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);

        assertCounts(0, 0, 0, 1, "altered: in the log is what was not sent: life=1 publisher=1 partition=0 sequence=");
    }

    @Test
    void shouldNameARecordOfAFencedPublisherInThePlaceOfItsSuccessors() throws IOException {
        records.set(RECORDS - 1, new Record(1, RECORDS - 1));
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 10);
        givenPublisher(2, RECORDS - 1, 1, RECORDS - 1);

        assertCounts(0, 0, 0, 1, "altered: the log has what life 1 sent, life 2 was promised its own: publisher=1 ");
    }

    @Test
    void shouldAllowASuccessorToGoOnWhereTheOldOneWasNotAcknowledged() throws IOException {
        records.set(RECORDS - 1, new Record(2, RECORDS - 1));
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 10);
        givenPublisher(2, RECORDS - 1, 1, RECORDS - 1);

        assertThat(check().messages()).isEmpty();
    }

    @Test
    void shouldNameAnAcknowledgementOfWhatWasNotSent() throws IOException {
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS);

        assertCounts(0, 0, 0, 1, "altered: acknowledged before it was sent: life=1 publisher=1 partition=0 sequence=");
    }

    @Test
    void shouldNameAChangedByteInTheStore() throws IOException {
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        try (var files = Files.list(directory.resolve("store/topics/t/0"));
                var file = new RandomAccessFile(
                        files.filter(each -> each.toString().endsWith(".seg"))
                                .findFirst()
                                .orElseThrow()
                                .toFile(),
                        "rw")) {
            file.seek(5000);
            final int old = file.read();
            file.seek(5000);
            file.write(old ^ 4);
        }

        final HistoryResult result = check();

        assertThat(result.altered()).isPositive();
        assertThat(result.messages()).anyMatch(each -> each.startsWith("altered: damaged: "));
    }

    @Test
    void shouldNameADamagedStoreOnceWhereThereAreMembers() throws IOException {
        givenLog(records);
        givenPublisher(1, 0, RECORDS, -1);
        Files.writeString(directory.resolve("store/millrace-store.properties"), "version=7\n");

        final HistoryResult result =
                HistoryChecker.check(directory.resolve("store"), TOPIC, histories(), new QueueRules("q", 3, 1));

        assertThat(result.messages()).singleElement().asString().startsWith("altered: damaged: version is 7, not 1: ");
        assertThat(result.altered()).isOne();
    }

    @Test
    void shouldNameARecordThatASubscriberPassedOver() throws IOException {
        final List<Long> positions = givenLog(records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        positions.remove(30);
        records.remove(30);
        givenSubscriber(positions, records);

        assertCounts(1, 0, 0, 0, "lost: in the log and never seen: subscriber=9 partition=0 position=");
    }

    @Test
    void shouldNameARecordThatASubscriberSawTwice() throws IOException {
        final List<Long> positions = givenLog(records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        positions.add(31, positions.get(30));
        records.add(31, records.get(30));
        givenSubscriber(positions, records);

        assertCounts(0, 1, 0, 0, "doubled: seen twice: subscriber=9 partition=0 position=");
    }

    @Test
    void shouldNameARecordThatASubscriberSawTooLate() throws IOException {
        final List<Long> positions = givenLog(records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        positions.add(35, positions.remove(30));
        records.add(35, records.remove(30));
        givenSubscriber(positions, records);

        assertCounts(0, 0, 1, 0, "out of order: seen behind position ");
    }

    @Test
    void shouldNameARecordThatASubscriberSawAltered() throws IOException {
        final List<Long> positions = givenLog(records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        records.set(30, new Record(2, 30));
        givenSubscriber(positions, records);

        assertCounts(0, 0, 0, 1, "altered: a subscriber has seen another record than the log has: subscriber=9 ");
    }

    @Test
    void shouldNameARecordThatOnlyASubscriberSaw() throws IOException {
        final List<Long> positions = givenLog(records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        positions.add(31, positions.get(30) + 8);
        records.add(31, records.get(30));
        givenSubscriber(positions, records);

        assertCounts(0, 0, 0, 1, "altered: a subscriber has seen what is not in the log: subscriber=9 partition=0 ");
    }

    @Test
    void shouldTakeHalfAnEntryForNone() throws IOException {
        givenSubscriber(givenLog(records), records);
        givenPublisher(1, 0, RECORDS, RECORDS - 1);
        final Path history = histories().resolve("subscriber-9.history");
        Files.write(history, new byte[HistoryEntry.LENGTH - 1], StandardOpenOption.APPEND);

        assertThat(check().messages()).isEmpty();

        History.open(history).close();
        assertThat(Files.size(history)).isEqualTo((RECORDS + 2) * HistoryEntry.LENGTH);
    }

    private void assertCounts(
            final long lost, final long doubled, final long outOfOrder, final long altered, final String beginning)
            throws IOException {
        final HistoryResult result = check();

        assertThat(List.of(result.lost(), result.doubled(), result.outOfOrder(), result.altered()))
                .as("%s", result)
                .containsExactly(lost, doubled, outOfOrder, altered);
        assertThat(result.isClean()).isFalse();
        assertThat(result.messages().get(0)).startsWith(beginning);
    }

    private HistoryResult check() throws IOException {
        return HistoryChecker.check(directory.resolve("store"), TOPIC, histories());
    }

    private Path histories() {
        return directory.resolve("histories");
    }

    /** Appends without a producer, which would keep the log from making mistakes. */
    private List<Long> givenLog(final List<Record> stored) {
        final List<Long> positions = new ArrayList<>();
        try (LogStore store = LogStore.launch(
                new LogContext().directory(directory.resolve("store")).segmentLength(1 << 20))) {
            store.createTopic(TopicSpec.named(TOPIC).partitions(1));
            final LogPartition partition = store.topic(TOPIC).partition(0);
            for (final Record each : stored) {
                message.make(1, each.life(), 0, each.sequence());
                positions.add(partition
                        .appender()
                        .append(
                                RecordKind.DATA,
                                each.sequence(),
                                message.buffer(),
                                0,
                                message.keyLength(),
                                message.buffer(),
                                message.keyLength(),
                                message.valueLength()));
            }
        }
        return positions;
    }

    private void givenPublisher(final int life, final long first, final int count, final long acknowledged)
            throws IOException {
        try (History history = History.open(histories().resolve("publisher-1-" + life + ".history"))) {
            history.beginPublisher(1, life);
            for (long i = first; i < first + count; i++) {
                message.make(1, life, 0, i);
                history.sent(0, i, 1, message.checksum());
            }
            if (acknowledged >= 0) {
                history.acknowledged(0, acknowledged);
            }
            history.end();
        }
    }

    private void givenSubscriber(final List<Long> positions, final List<Record> seen) throws IOException {
        try (History history = History.open(histories().resolve("subscriber-9.history"))) {
            history.beginSubscriber(9, 1);
            for (int i = 0; i < seen.size(); i++) {
                message.make(1, seen.get(i).life(), 0, seen.get(i).sequence());
                history.seen(0, positions.get(i), seen.get(i).sequence(), 1, message.checksum());
            }
            history.end();
        }
    }
}
