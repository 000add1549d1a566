package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.append;
import static io.millrace.log.Records.await;
import static io.millrace.log.Records.copy;
import static io.millrace.log.Records.deleteSnapshots;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who fills the checksum of a record, when, and who notices that it is wrong. */
class LogChecksumTest {
    private static final int RECORDS = 3_000;
    private static final int CRC_OFFSET = 4;

    @TempDir
    private Path root;

    @Test
    void shouldFillTheChecksumOfEveryRecordBehindTheAppenders() {
        try (LogStore store = launch("live")) {
            appendRecords(store);

            await("all checksums", () -> countFilled(store) == RECORDS);
        }
    }

    @Test
    void shouldHaveFilledAllChecksumsWhenTheStoreIsClosed() {
        try (LogStore store = launch("live")) {
            appendRecords(store);
        }

        try (LogStore store = LogStore.openReadOnly(context("live"))) {
            assertThat(countFilled(store)).isEqualTo(RECORDS);
        }
    }

    @Test
    void shouldStopAtAnOpenClaimAndGoOnBehindItOnceItIsFinished() {
        try (LogStore store = launch("live")) {
            final RecordClaim open = new RecordClaim();
            append(partition(store).appender(), "before");
            partition(store).appender().claim(open, RecordKind.DATA, 1, 0, 8);
            append(partition(store).appender(), "behind");
            await("the checksum before the claim", () -> countFilled(store) == 1);

            open.commit();

            await("the checksums behind the claim", () -> countFilled(store) == 3);
        }
    }

    @Test
    void shouldFillAfterAKillWhatWasNotFilledBefore() throws IOException {
        try (LogStore store = launch("live")) {
            appendRecords(store);
            await("all checksums", () -> countFilled(store) == RECORDS);
            copy(root.resolve("live"), root.resolve("copy"));
        }
        deleteSnapshots(root.resolve("copy"));
        // The second record and one of a later segment: as if the process had ended before it came to them.
        overwrite(segment("copy", 0), 4096 + 48 + CRC_OFFSET, new byte[4]);
        overwrite(segment("copy", SEGMENT_LENGTH), 4096 + CRC_OFFSET, new byte[4]);

        try (LogStore store = launch("copy")) {
            await("all checksums", () -> countFilled(store) == RECORDS);
        }
    }

    @Test
    void shouldReportAByteOfTheLastSegmentThatHasChangedAndGoOnBehindIt() throws IOException {
        try (LogStore store = launch("live")) {
            append(partition(store).appender(), "first 8.");
            append(partition(store).appender(), "second");
        }
        deleteSnapshots(root);
        Records.deleteCuts(root.resolve("live"));
        overwrite(segment("live", 0), 4096 + 48 + 40, new byte[] {'S'});

        final List<String> lines = new ArrayList<>();
        try (LogStore store = Records.listening(lines, () -> launch("live"))) {
            append(partition(store).appender(), "third");
            assertThat(Records.texts(partition(store))).containsExactly("first 8.", "Second", "third");
        }
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .contains("record checksum mismatch: topic=t partition=0 position=4144 file="
                                + segment("live", 0) + " offset=4144"));
    }

    @Test
    void shouldGoOnBehindAByteThatHasChangedAndAClaimThatWasNeverCommitted() throws IOException {
        try (LogStore store = launch("live")) {
            append(partition(store).appender(), "first 8.");
            append(partition(store).appender(), "second");
            await("all checksums", () -> countFilled(store) == 2);
            partition(store).appender().claim(new RecordClaim(), RecordKind.DATA, 1, 0, 8);
            copy(root.resolve("live"), root.resolve("copy"));
        }
        deleteSnapshots(root.resolve("copy"));
        overwrite(segment("copy", 0), 4096 + 48 + 40, new byte[] {'S'});

        try (LogStore store = launch("copy")) {
            append(partition(store).appender(), "third");
            assertThat(Records.texts(partition(store))).containsExactly("first 8.", "Second", "third");
        }
    }

    @Test
    void shouldLetAReaderNoticeAChangedByteInAnEarlierSegment() throws IOException {
        try (LogStore store = launch("live")) {
            appendRecords(store);
        }
        overwrite(segment("live", 0), 4096 + 40, new byte[] {'X'});

        try (LogStore store = launch("live");
                LogReader reader = partition(store).reader()) {
            reader.poll(record -> assertThat(record.isChecksumValid()).isFalse(), 1);
            reader.poll(record -> assertThat(record.isChecksumValid()).isTrue(), 1);
        }
    }

    private static void appendRecords(final LogStore store) {
        final LogAppender appender = partition(store).appender();
        for (int i = 0; i < RECORDS; i++) {
            append(appender, "re" + (100_000 + i));
        }
        assertThat(partition(store).tailPosition()).isGreaterThan(2L * SEGMENT_LENGTH);
    }

    private static int countFilled(final LogStore store) {
        final int[] count = new int[1];
        try (LogReader reader = partition(store).reader()) {
            while (reader.poll(
                            record -> {
                                assertThat(record.isChecksumValid())
                                        .as("%s", record)
                                        .isTrue();
                                count[0] += record.crc() == 0 ? 0 : 1;
                            },
                            100)
                    > 0) {
                continue;
            }
        }
        return count[0];
    }

    private static LogPartition partition(final LogStore store) {
        return (store.isReadOnly() ? store.topic("t") : store.createTopic(TopicSpec.named("t"))).partition(0);
    }

    private LogContext context(final String name) {
        return Records.context(root.resolve(name));
    }

    private LogStore launch(final String name) {
        return LogStore.launch(context(name));
    }

    private Path segment(final String name, final long base) {
        return root.resolve(name).resolve("topics/t/0/" + String.format("%020d.seg", base));
    }

    private static void overwrite(final Path file, final int offset, final byte[] bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(offset);
            out.write(bytes);
        }
    }
}
