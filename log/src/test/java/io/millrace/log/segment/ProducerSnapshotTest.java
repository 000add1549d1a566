package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.codec.ProducerSnapshotDecoder;
import io.millrace.log.codec.ProducerStateDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProducerSnapshotTest {
    private static final PartitionId OWNER = new PartitionId("t", 3, 1);

    @Test
    void shouldHaveTheLayoutOfTheSchema() {
        assertThat(ProducerSnapshotDecoder.magicEncodingOffset()).isZero();
        assertThat(ProducerSnapshotDecoder.formatVersionEncodingOffset()).isEqualTo(ProducerSnapshot.VERSION_OFFSET);
        assertThat(ProducerSnapshotDecoder.crcEncodingOffset()).isEqualTo(ProducerSnapshot.CRC_OFFSET);
        assertThat(ProducerSnapshotDecoder.positionEncodingOffset()).isEqualTo(ProducerSnapshot.POSITION_OFFSET);
        assertThat(ProducerSnapshotDecoder.clockEncodingOffset()).isEqualTo(ProducerSnapshot.CLOCK_OFFSET);
        assertThat(ProducerSnapshotDecoder.topicIdEncodingOffset()).isEqualTo(ProducerSnapshot.TOPIC_ID_OFFSET);
        assertThat(ProducerSnapshotDecoder.partitionEncodingOffset()).isEqualTo(ProducerSnapshot.PARTITION_OFFSET);
        assertThat(ProducerSnapshotDecoder.producerCountEncodingOffset()).isEqualTo(ProducerSnapshot.COUNT_OFFSET);
        assertThat(ProducerSnapshotDecoder.BLOCK_LENGTH).isEqualTo(ProducerSnapshot.HEADER_LENGTH);
        assertThat(ProducerStateDecoder.producerIdEncodingOffset()).isZero();
        assertThat(ProducerStateDecoder.epochEncodingOffset()).isEqualTo(ProducerSnapshot.EPOCH_OFFSET);
        assertThat(ProducerStateDecoder.lastSequenceEncodingOffset()).isEqualTo(ProducerSnapshot.SEQUENCE_OFFSET);
        assertThat(ProducerStateDecoder.lastPositionEncodingOffset()).isEqualTo(ProducerSnapshot.LAST_POSITION_OFFSET);
        assertThat(ProducerStateDecoder.ENCODED_LENGTH).isEqualTo(ProducerSnapshot.ENTRY_LENGTH);
    }

    @Test
    void shouldReadBackWhatItWroteAndNothingThatWasDamaged() {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            final ProducerTable table = randomTable(random);
            final long position = 8L * random.nextInt(1 << 30);
            final long clock = random.nextLong();
            final byte[] bytes = ProducerSnapshot.encode(table, position, clock, OWNER);
            final ProducerSnapshot snapshot = new ProducerSnapshot();

            assertThat(snapshot.decode(bytes, position, OWNER))
                    .as("seed " + seed)
                    .isTrue();
            assertThat(contents(snapshot.table())).as("seed " + seed).isEqualTo(contents(table));
            assertThat(snapshot.position()).isEqualTo(position);
            assertThat(snapshot.clock()).isEqualTo(clock);

            assertThat(snapshot.decode(damaged(bytes, random), position, OWNER))
                    .as("seed " + seed)
                    .isFalse();
            assertThat(snapshot.table().size()).isZero();
            assertThat(snapshot.position()).isZero();
            assertThat(snapshot.clock()).isEqualTo(SegmentIndex.NO_CLOCK);
        }
    }

    @Test
    void shouldRefuseThatOfAnotherPlace() {
        final byte[] bytes = ProducerSnapshot.encode(new ProducerTable(), 80, 1, OWNER);
        final ProducerSnapshot snapshot = new ProducerSnapshot();

        assertThat(snapshot.decode(bytes, 88, OWNER)).isFalse();
        assertThat(snapshot.decode(bytes, 80, new PartitionId("t", 3, 2))).isFalse();
        assertThat(snapshot.decode(bytes, 80, new PartitionId("t", 4, 1))).isFalse();
        assertThat(snapshot.decode(bytes, 80, OWNER)).isTrue();
    }

    /** One flipped bit, a shorter or a longer file, a page of zeros, or another file's bytes in it. */
    private static byte[] damaged(final byte[] bytes, final SplittableRandom random) {
        final byte[] damaged;
        switch (random.nextInt(4)) {
            case 0 -> damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> damaged = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
            case 2 -> {
                damaged = bytes.clone();
                Arrays.fill(damaged, random.nextInt(12), bytes.length, (byte) 0);
            }
            default -> {
                damaged = bytes.clone();
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return damaged;
    }

    private static ProducerTable randomTable(final SplittableRandom random) {
        final ProducerTable table = new ProducerTable();
        for (int i = random.nextInt(40); i > 0; i--) {
            final int id = 1 + random.nextInt(100);
            table.onRecord(id, random.nextInt(1000), 8L * random.nextInt(1000));
            if (random.nextBoolean()) {
                table.onEpoch(id, random.nextInt(1000), 8L * random.nextInt(1000));
            }
        }
        return table;
    }

    private static Map<Integer, List<Long>> contents(final ProducerTable table) {
        final Map<Integer, List<Long>> contents = new HashMap<>();
        table.forEach((id, epoch, sequence, position) -> contents.put(id, List.of((long) epoch, sequence, position)));
        return contents;
    }
}
