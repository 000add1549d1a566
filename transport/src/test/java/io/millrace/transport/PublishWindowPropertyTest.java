package io.millrace.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.JdkAccess;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.codec.PublishDecoder;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecords;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A window between a publisher that writes at random and a log that takes, refuses, forgets and acknowledges at random. */
class PublishWindowPropertyTest {
    static {
        JdkAccess.open();
    }

    private static final int PARTITIONS = 3;
    private static final int CAPACITY = 8 * 1024;
    private static final int MAX_RECORDS = 40;
    private static final int MAX_BATCH_LENGTH = 1024;
    private static final int STEPS = 40_000;

    private final PublishWindow window = new PublishWindow(CAPACITY, MAX_RECORDS);
    private final long[] next = new long[PARTITIONS];
    private final long[] held = filled();
    private final long[] acknowledged = filled();
    private long[] heldAtBegin = filled();
    private int fullCount;
    private int wholeBatches;
    private int partition;

    @Test
    void shouldSendEachRecordInOrderAndKeepItUntilItIsAcknowledged() {
        final long seed = System.nanoTime();
        System.out.println("PublishWindowPropertyTest seed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> add(random);
                case 4, 5 -> window.send(frame -> take(frame, random), random.nextBoolean(), heldAtBegin);
                case 6 -> acknowledge(random);
                default -> {
                    if (random.nextInt(20) == 0) {
                        // Another session: the log says what it holds, and all else is sent again.
                        heldAtBegin = held.clone();
                        window.rewind();
                    }
                }
            }
        }
        window.send(this::append, true, heldAtBegin);
        System.arraycopy(held, 0, acknowledged, 0, PARTITIONS);
        window.release(acknowledged);

        for (int i = 0; i < PARTITIONS; i++) {
            assertThat(held[i]).isEqualTo(next[i] - 1);
        }
        assertThat(window.recordCount()).isZero();
        assertThat(window.hasUnsent()).isFalse();
        assertThat(window.hasInFlight()).isFalse();
        assertThat(fullCount).isPositive();
        assertThat(wholeBatches).isPositive();
    }

    @Test
    void shouldHoldARecordAsLongAsItself() {
        final int length = PublishWindow.maxRecordLength(CAPACITY);

        assertThat(window.reserve(length, MAX_BATCH_LENGTH)).isTrue();
        window.add(0, RecordKind.DATA, 0, 0, 0, length);
        assertThat(window.reserve(0, MAX_BATCH_LENGTH)).isFalse();
        window.send(frame -> 1, true, heldAtBegin);
        window.release(new long[] {0});
        assertThat(window.reserve(length, MAX_BATCH_LENGTH)).isTrue();
    }

    @Test
    void shouldCountWhatIsAcknowledgedOfAMessageThatIsNotYetGivenBack() {
        for (int i = 0; i < 10; i++) {
            reserveAndAdd(0, i);
        }
        window.send(frame -> 1, true, heldAtBegin);

        window.release(new long[] {3, -1, -1});
        assertThat(window.recordCount()).isEqualTo(6);
        window.release(new long[] {3, -1, -1});
        assertThat(window.recordCount()).isEqualTo(6);
        assertThat(window.hasInFlight()).isTrue();
        window.release(new long[] {9, -1, -1});
        assertThat(window.recordCount()).isZero();
        assertThat(window.hasInFlight()).isFalse();
    }

    @Test
    void shouldCountAMessageOfSeveralPartitionsUpToTheFirstThatIsNotAcknowledged() {
        reserveAndAdd(0, 0);
        reserveAndAdd(1, 0);
        reserveAndAdd(1, 1);
        reserveAndAdd(0, 1);
        window.send(frame -> 1, true, heldAtBegin);

        window.release(new long[] {1, 0, -1});
        assertThat(window.recordCount()).isEqualTo(2);
        window.release(new long[] {1, 1, -1});
        assertThat(window.recordCount()).isZero();
        assertThat(window.hasInFlight()).isFalse();
    }

    private void reserveAndAdd(final int ofPartition, final long sequence) {
        assertThat(window.reserve(8, MAX_BATCH_LENGTH)).isTrue();
        window.add(ofPartition, RecordKind.DATA, sequence, 0, 0, 8);
    }

    private void add(final SplittableRandom random) {
        // For a while one after the other, so that there are messages of one partition and such of several.
        partition = random.nextInt(8) == 0 ? random.nextInt(PARTITIONS) : partition;
        final int length = random.nextInt(random.nextInt(10) == 0 ? 3_000 : 200);
        if (!window.reserve(length, MAX_BATCH_LENGTH)) {
            fullCount++;
            return;
        }
        final long sequence = next[partition]++;
        window.buffer().setMemory(window.payloadOffset(), length, pattern(partition, sequence));
        window.add(partition, RecordKind.DATA, sequence, sequence, 0, length);
    }

    private void acknowledge(final SplittableRandom random) {
        final int partition = random.nextInt(PARTITIONS);
        final long more = held[partition] - acknowledged[partition];
        acknowledged[partition] += more == 0 ? 0 : random.nextLong(more + 1);
        window.release(acknowledged);
        for (int i = 0; i < PARTITIONS; i++) {
            assertThat((long) window.recordCount()).isGreaterThanOrEqualTo(next[i] - 1 - held[i]);
        }
    }

    private long take(final PublishFrame frame, final SplittableRandom random) {
        final int what = random.nextInt(6);
        if (what == 0) {
            return Outcome.BACK_PRESSURED;
        }
        // Now and then it is lost on the way; then nothing behind it counts before the next session.
        return what == 1 ? loseSession() : append(frame);
    }

    private long loseSession() {
        heldAtBegin = held.clone();
        window.rewind();
        return Outcome.NOT_CONNECTED;
    }

    private long append(final PublishFrame frame) {
        final PublishedRecords records = new PublishedRecords();
        frame.seal(1, 2, 3, new io.millrace.transport.protocol.Checksum());
        assertThat(records.wrap(
                        frame.buffer(),
                        frame.offset() + ProtocolDescriptor.HEADER_LENGTH,
                        PublishDecoder.BLOCK_LENGTH,
                        PublishDecoder.SCHEMA_VERSION,
                        frame.offset() + frame.length()))
                .isTrue();
        assertThat(records.isReadable()).isTrue();
        wholeBatches += records.count() > 2 ? 1 : 0;
        while (records.hasNext()) {
            assertThat(records.next()).isTrue();
            final int partition = records.partition();
            // What the log holds it drops; a hole would be a record that was lost.
            assertThat(records.sequence()).isLessThanOrEqualTo(held[partition] + 1);
            held[partition] = Math.max(held[partition], records.sequence());
            if (records.valueLength() > 0) {
                final int last = records.valueOffset() + records.valueLength() - 1;
                final byte pattern = pattern(partition, records.sequence());
                assertThat(records.buffer().getByte(records.valueOffset())).isEqualTo(pattern);
                assertThat(records.buffer().getByte(last)).isEqualTo(pattern);
            }
        }
        return 1;
    }

    private static byte pattern(final int partition, final long sequence) {
        return (byte) (sequence * 7 + partition * 31);
    }

    private static long[] filled() {
        final long[] sequences = new long[PARTITIONS];
        Arrays.fill(sequences, -1);
        return sequences;
    }
}
