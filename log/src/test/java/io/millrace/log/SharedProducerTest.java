package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedProducerTest {
    private static final int ID = 4;
    private static final int ROUNDS = 5;
    private static final int RECORDS = 200_000;

    @TempDir
    private Path directory;

    private final UnsafeBuffer value = new UnsafeBuffer(new byte[16]);
    private LogStore store;
    private LogPartition partition;

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
    void shouldKeepTheFirstCopyOfEachRecord() {
        final List<ProducerAppender> replicas = partition.sharedProducer(ID, 3);

        assertThat(append(replicas.get(0), 0, 10)).isPositive();
        assertThat(append(replicas.get(1), 0, 11)).isEqualTo(Outcome.DUPLICATE);
        assertThat(append(replicas.get(1), 1, 11)).isPositive();
        assertThat(append(replicas.get(2), 0, 12)).isEqualTo(Outcome.DUPLICATE);
        assertThat(append(replicas.get(0), 1, 10)).isEqualTo(Outcome.DUPLICATE);
        assertThat(append(replicas.get(0), 2, 10)).isPositive();

        assertThat(values()).containsExactly("0:10", "1:11", "2:10");
        assertThat(replicas).allMatch(replica -> replica.lastSequence() == 2 && replica.isShared());
    }

    @Test
    void shouldGoOnWithTheReplicasThatAreLeft() {
        final List<ProducerAppender> replicas = partition.sharedProducer(ID, 2);
        append(replicas.get(0), 0, 10);
        replicas.get(0).close();

        assertThat(append(replicas.get(0), 1, 10)).isEqualTo(Outcome.CLOSED);
        assertThat(append(replicas.get(1), 0, 11)).isEqualTo(Outcome.DUPLICATE);
        assertThat(append(replicas.get(1), 1, 11)).isPositive();
    }

    @Test
    void shouldOpenTheProducerAgainWhenTheLastReplicaIsClosed() {
        final List<ProducerAppender> replicas = partition.sharedProducer(ID, 2);
        append(replicas.get(0), 0, 10);
        replicas.get(0).close();
        assertThatThrownBy(() -> partition.producer(ID)).hasMessageContaining("is open already");
        assertThatThrownBy(() -> partition.sharedProducer(ID, 2)).hasMessageContaining("is open already");
        append(replicas.get(1), 1, 11);
        replicas.get(1).close();

        try (ProducerAppender alone = partition.producer(ID)) {
            assertThat(alone.lastSequence()).isEqualTo(1);
            assertThat(alone.isShared()).isFalse();
            assertThatThrownBy(() -> partition.sharedProducer(ID, 2)).hasMessageContaining("is open already");
            assertThat(append(alone, 2, 10)).isPositive();
        }
        assertThat(partition.sharedProducer(ID, 1).get(0).lastSequence()).isEqualTo(2);
    }

    @Test
    void shouldKnowWhatReplicasAppendedBeforeARestart() {
        final List<ProducerAppender> before = partition.sharedProducer(ID, 2);
        for (int i = 0; i < 2 * SEGMENT_LENGTH / 64; i++) {
            append(before.get(i & 1), i, 10);
        }
        final long last = before.get(0).lastSequence();
        store.close();
        store = LogStore.launch(Records.context(directory));
        partition = store.topic("t").partition(0);

        final List<ProducerAppender> after = partition.sharedProducer(ID, 2);

        assertThat(last).isPositive();
        assertThat(after).allMatch(replica -> replica.lastSequence() == last);
        assertThat(append(after.get(1), last, 10)).isEqualTo(Outcome.DUPLICATE);
        assertThat(append(after.get(1), last + 1, 10)).isPositive();
    }

    @Test
    void shouldFenceAllReplicasWhenANewerEpochBegins() {
        final List<ProducerAppender> replicas = partition.sharedProducer(ID, 2);
        append(replicas.get(0), 0, 10);

        final ProducerAppender newer = partition.producer(ID, 1);

        assertThat(append(replicas.get(0), 1, 10)).isEqualTo(Outcome.FENCED);
        assertThat(append(replicas.get(1), 1, 10)).isEqualTo(Outcome.FENCED);
        assertThat(append(newer, 1, 12)).isPositive();
        replicas.forEach(ProducerAppender::close);
        assertThat(append(newer, 2, 12)).isPositive();
        newer.close();
        assertThat(partition.sharedProducer(ID, 2)).allMatch(replica -> replica.epoch() == 1);
    }

    @Test
    void shouldRefuseWhatAReplicaCannotDo() {
        final ProducerAppender replica = partition.sharedProducer(ID, 2).get(0);

        assertThatThrownBy(() -> replica.claim(new RecordClaim(), 0, RecordKind.DATA, 0, 0, 8))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a shared producer makes no claims, append its records whole");
        assertThatThrownBy(() -> replica.claimBatch(new BatchClaim(), 0, 48)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> append(replica, 1, 10)).hasMessageContaining("expected=0 actual=1");
        assertThatThrownBy(() -> partition.sharedProducer(ID + 1, 0))
                .hasMessage("replicas of a producer are 1 or more, not 0");
    }

    @Test
    void shouldHoldItsSequenceAfterAnAppendThatWasRefusedForItsLength() {
        final List<ProducerAppender> replicas = partition.sharedProducer(ID, 2);
        final UnsafeBuffer tooLong = new UnsafeBuffer(new byte[SEGMENT_LENGTH]);

        for (final ProducerAppender replica : replicas) {
            assertThat(replica.append(0, RecordKind.DATA, 0, null, 0, 0, tooLong, 0, SEGMENT_LENGTH))
                    .isEqualTo(Outcome.RECORD_TOO_LONG);
        }

        assertThat(append(replicas.get(1), 0, 10)).isPositive();
    }

    @Test
    void shouldAllocateNothing() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final List<ProducerAppender> replicas = store.createTopic(
                        TopicSpec.named("long").segmentLength(1 << 24))
                .partition(0)
                .sharedProducer(ID, 2);
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && allocated > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (long i = (long) round * RECORDS; i < (round + 1L) * RECORDS; i++) {
                appendPlain(replicas.get((int) (i & 1)), i);
                appendPlain(replicas.get((int) (~i & 1)), i);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
    }

    private void appendPlain(final ProducerAppender replica, final long sequence) {
        long result = Outcome.BACK_PRESSURED;
        while (result == Outcome.BACK_PRESSURED) {
            result = replica.append(sequence, RecordKind.DATA, 0, null, 0, 0, value, 0, 16);
        }
    }

    private long append(final ProducerAppender replica, final long sequence, final long number) {
        value.putLong(0, number);
        return Records.untilAccepted(
                () -> replica.append(sequence, RecordKind.DATA, 0, null, 0, 0, value, 0, Long.BYTES));
    }

    private List<String> values() {
        final List<String> all = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(
                            record -> all.add(
                                    record.sequence() + ":" + record.buffer().getLong(record.valueOffset())),
                            100)
                    > 0) {
                // On to the end.
            }
        }
        return all;
    }
}
