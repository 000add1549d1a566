package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentInspection;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are appended under the checksum that their publisher computed. */
class PublisherChecksumTest {
    private static final int CRC_OFFSET = 4;

    @TempDir
    private Path directory;

    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[2048]);

    @Test
    void shouldStoreTheChecksumThatTheLogWouldHaveComputed() {
        final SplittableRandom random = new SplittableRandom(1);
        try (LogStore store = InvokedLog.launch(Records.context(directory));
                ProducerAppender producer = partition(store).producer(1)) {
            for (int i = 0; i < 200; i++) {
                random.nextBytes(bytes.byteArray());
                final int keyLength = random.nextInt(40);
                final int valueLength = random.nextInt(200);
                append(producer, i, keyLength, valueLength, crc(0, keyLength + valueLength));
            }

            // Nobody has followed the tail: what is filled was filled with the commit.
            final List<Integer> slots = new ArrayList<>();
            try (LogReader reader = partition(store).reader()) {
                reader.poll(
                        record -> {
                            slots.add(record.buffer().getInt(record.offset() + CRC_OFFSET, ByteOrder.LITTLE_ENDIAN));
                            assertThat(record.isChecksumValid()).isTrue();
                        },
                        1000);
            }
            assertThat(slots).hasSize(200).doesNotContain(RecordChecksum.UNFILLED);
        }
    }

    @Test
    void shouldFindAtEveryLaterCheckAByteThatWasAlteredBeforeItWasStored() {
        bytes.setMemory(0, 64, (byte) 7);
        try (LogStore store = LogStore.launch(Records.context(directory));
                ProducerAppender producer = partition(store).producer(1)) {
            append(producer, 0, 4, 40, crc(0, 44));
            final int published = crc(0, 44);
            bytes.putByte(20, (byte) 6);
            append(producer, 1, 4, 40, published);
            bytes.putByte(20, (byte) 7);
            append(producer, 2, 4, 40, published);
            store.forceNow();

            assertThat(validities(partition(store))).containsExactly(true, false, true);
        }
        final List<String> lines = new ArrayList<>();
        Records.deleteCuts(directory);
        Records.deleteSnapshots(directory);
        try (LogStore store = Records.listening(lines, () -> LogStore.launch(Records.context(directory)))) {
            assertThat(lines).anySatisfy(line -> assertThat(line).contains("record checksum mismatch"));
            final SegmentInspection inspection = partition(store).inspect(0, true, record -> true);
            assertThat(inspection.damage()).contains("checksum");
        }
    }

    @Test
    void shouldStoreACopyOfAReplicaUnderTheSameChecksum() {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final List<ProducerAppender> replicas = partition(store).sharedProducer(1, 2);
            append(replicas.get(0), 0, 3, 30, crc(0, 33));
            append(replicas.get(1), 1, 3, 30, crc(0, 33));

            assertThat(validities(partition(store))).containsExactly(true, true);
        }
    }

    private void append(
            final ProducerAppender producer,
            final long sequence,
            final int keyLength,
            final int valueLength,
            final int checksum) {
        final long position = producer.append(
                sequence, RecordKind.DATA, 5, bytes, 0, keyLength, bytes, keyLength, valueLength, checksum);
        assertThat(position).isPositive();
    }

    private static List<Boolean> validities(final LogPartition partition) {
        final List<Boolean> validities = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> validities.add(record.isChecksumValid()), 100);
        }
        return validities;
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }

    private int crc(final int offset, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes.byteArray(), offset, length);
        return (int) crc.getValue();
    }
}
