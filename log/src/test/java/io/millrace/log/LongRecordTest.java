package io.millrace.log;

import static io.millrace.log.Records.untilAccepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentInspection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records as long as they may be, in segments of the default length. */
class LongRecordTest {
    private static final int MAX_PAYLOAD = RecordDescriptor.MAX_RECORD_LENGTH - RecordDescriptor.HEADER_LENGTH;

    @TempDir
    private Path directory;

    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[MAX_PAYLOAD + 1]);
    private final RecordClaim claim = new RecordClaim();
    private final BatchClaim batch = new BatchClaim();

    @Test
    void shouldTakeARecordOf16MiBInEveryWayAndNotAByteMore() {
        fill(7);
        try (LogStore store = launch();
                ProducerAppender producer = partition(store).producer(1)) {
            final LogAppender appender = partition(store).appender();

            assertThat(append(appender, 0, MAX_PAYLOAD)).isPositive();
            assertThat(append(appender, RecordDescriptor.MAX_KEY_LENGTH, MAX_PAYLOAD - RecordDescriptor.MAX_KEY_LENGTH))
                    .isPositive();
            assertThat(appender.claim(claim, RecordKind.DATA, 1, 0, MAX_PAYLOAD))
                    .isPositive();
            claim.buffer().putBytes(0, payload, 0, MAX_PAYLOAD);
            claim.commit();
            assertThat(appender.claimBatch(batch, RecordDescriptor.MAX_RECORD_LENGTH))
                    .isPositive();
            batch.append(RecordKind.DATA, 1, null, 0, 0, payload, 0, MAX_PAYLOAD);
            batch.commit();
            assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, payload, 0, MAX_PAYLOAD))
                    .isPositive();

            assertThat(append(appender, 0, MAX_PAYLOAD + 1)).isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(append(appender, 1, MAX_PAYLOAD)).isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(appender.claim(claim, RecordKind.DATA, 1, 0, Integer.MAX_VALUE))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(appender.claim(claim, RecordKind.DATA, 1, 0, MAX_PAYLOAD + 1))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(appender.claimBatch(batch, RecordDescriptor.MAX_RECORD_LENGTH + 8))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(producer.append(1, RecordKind.DATA, 1, null, 0, 0, payload, 0, MAX_PAYLOAD + 1))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
            assertLongRecords(partition(store), 5);
        }
        try (LogStore store = launch()) {
            assertLongRecords(partition(store), 5);
        }
    }

    @Test
    @Timeout(120)
    void shouldRollFromOneLongRecordToTheNextAndPadTheRest() {
        fill(7);
        final int perSegment = LogContext.DEFAULT_SEGMENT_LENGTH / RecordDescriptor.MAX_RECORD_LENGTH - 1;
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            final LogAppender appender = partition.appender();
            final List<Long> positions = new ArrayList<>();
            for (int i = 0; i <= perSegment; i++) {
                positions.add(untilAccepted(() -> append(appender, 0, MAX_PAYLOAD)));
            }

            assertThat(positions.get(perSegment)).isEqualTo(LogContext.DEFAULT_SEGMENT_LENGTH + 4096L);
            assertLongRecords(partition, perSegment + 1);
            final SegmentInspection first = partition.inspect(0, true, record -> true);
            assertThat(first.damage()).isNull();
            assertThat(first.recordCount()).isEqualTo(perSegment);
            assertThat(first.paddingLength()).isEqualTo(RecordDescriptor.MAX_RECORD_LENGTH - 4096L);
        }
    }

    @Test
    void shouldRefuseAKeyOf65536Bytes() {
        try (LogStore store = launch()) {
            final LogAppender appender = partition(store).appender();

            assertThat(append(appender, RecordDescriptor.MAX_KEY_LENGTH + 1, 0)).isEqualTo(Outcome.RECORD_TOO_LONG);
            assertThat(append(appender, RecordDescriptor.MAX_KEY_LENGTH, 0)).isPositive();
        }
    }

    private long append(final LogAppender appender, final int keyLength, final int valueLength) {
        return appender.append(RecordKind.DATA, 1, payload, 0, keyLength, payload, 0, valueLength);
    }

    private void assertLongRecords(final LogPartition partition, final int count) {
        final int[] seen = new int[1];
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> seen[0] += check(record), 100);
        }
        assertThat(seen[0]).isEqualTo(count);
    }

    private static int check(final RecordFlyweight record) {
        assertThat(record.length()).isEqualTo(RecordDescriptor.MAX_RECORD_LENGTH);
        assertThat(record.isChecksumValid()).isTrue();
        final int last = record.valueOffset() + record.valueLength() - 1;
        assertThat(record.buffer().getByte(last)).isEqualTo((byte) 7);
        return 1;
    }

    private void fill(final int value) {
        payload.setMemory(0, payload.capacity(), (byte) value);
    }

    private LogStore launch() {
        return LogStore.launch(new LogContext().directory(directory));
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }
}
