package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginalPositionTest {
    private static final UnsafeBuffer BYTES = new UnsafeBuffer(new byte[2_000]);

    @TempDir
    private Path directory;

    private LogStore store;
    private LogPartition partition;
    private final List<List<Long>> positions = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

    @BeforeEach
    void open() {
        store = LogStore.launch(Records.context(directory));
        partition = store.createTopic(TopicSpec.named("t")).partition(0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldFindEveryRecordInAnyOrderWhateverSnapshotsThereAre() {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 3; round++) {
            appendUntil(partition.tailPosition() + 3L * SEGMENT_LENGTH, random);
            check(random, seed);
            store.close();
            if (random.nextBoolean()) {
                Records.deleteSnapshots(directory);
            }
            open();
            check(random, seed);
        }
    }

    @Test
    void shouldSayWhatIsNotKept() {
        appendUntil(4L * SEGMENT_LENGTH, new SplittableRandom(1));
        Records.await("room", () -> {
            store.forceNow();
            partition.truncateBefore(2L * SEGMENT_LENGTH);
            return partition.beginPosition() > 2L * SEGMENT_LENGTH;
        });
        try (ProducerAppender producer = partition.producer(1)) {
            for (int i = 0; i < positions.get(0).size(); i++) {
                final long position = positions.get(0).get(i);
                assertThat(producer.originalPosition(i))
                        .isEqualTo(position < 2L * SEGMENT_LENGTH ? Outcome.NOT_KEPT : position);
            }
        }
    }

    @Test
    void shouldFindARecordBehindAClaimThatIsOpen() {
        final RecordClaim claim = new RecordClaim();
        partition.appender().claim(claim, RecordKind.DATA, 1, 0, 100);
        appendUntil(50_000, new SplittableRandom(2));
        try (ProducerAppender producer = partition.producer(1)) {
            assertThat(producer.originalPosition(0)).isEqualTo(positions.get(0).get(0));
        }
        claim.abort();
    }

    @Test
    void shouldFindWhatStandsBehindADamagedLengthAndNotWaitForIt() throws IOException {
        appendUntil(50_000, new SplittableRandom(4));
        store.close();
        for (final int length : new int[] {0, 1, -1, -3, -4000, Integer.MIN_VALUE, SEGMENT_LENGTH}) {
            try (RandomAccessFile file = new RandomAccessFile(
                    directory.resolve("topics/t/0/00000000000000000000.seg").toFile(), "rw")) {
                file.seek(positions.get(0).get(1));
                file.writeInt(Integer.reverseBytes(length));
            }
            open();
            try (ProducerAppender producer = partition.producer(1)) {
                assertThat(producer.originalPosition(0))
                        .isEqualTo(positions.get(0).get(0));
                assertThat(producer.originalPosition(1)).isEqualTo(Outcome.NOT_KEPT);
                assertThat(producer.originalPosition(2))
                        .isEqualTo(positions.get(0).get(2));
            }
            store.close();
        }
    }

    @Test
    void shouldRefuseASequenceThatWasNeverHeld() {
        appendUntil(50_000, new SplittableRandom(3));
        final ProducerAppender producer = partition.producer(1);
        assertThatThrownBy(() -> producer.originalPosition(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> producer.originalPosition(producer.lastSequence() + 1))
                .isInstanceOf(IllegalArgumentException.class);
        producer.close();
        assertThat(producer.originalPosition(0)).isEqualTo(Outcome.CLOSED);
    }

    private void check(final SplittableRandom random, final long seed) {
        for (int id = 1; id <= 3; id++) {
            final List<Long> expected = positions.get(id - 1);
            try (ProducerAppender producer = partition.producer(id)) {
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(producer.originalPosition(i)).as("seed " + seed).isEqualTo(expected.get(i));
                }
                for (int i = 0; i < 50; i++) {
                    final int sequence = random.nextInt(expected.size());
                    assertThat(producer.originalPosition(sequence))
                            .as("seed " + seed)
                            .isEqualTo(expected.get(sequence));
                }
            }
        }
    }

    private void appendUntil(final long end, final SplittableRandom random) {
        while (partition.tailPosition() < end) {
            final int id = 1 + random.nextInt(3);
            try (ProducerAppender producer = partition.producer(id)) {
                final long sequence = producer.lastSequence() + 1;
                final int length = random.nextInt(2_000);
                positions
                        .get(id - 1)
                        .add(Records.untilAccepted(
                                () -> producer.append(sequence, RecordKind.DATA, 1, null, 0, 0, BYTES, 0, length)));
            }
        }
    }
}
