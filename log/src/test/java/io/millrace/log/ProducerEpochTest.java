package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.copy;
import static io.millrace.log.Records.deleteSnapshots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProducerEpochTest {
    private static final int ID = 4;
    private static final UnsafeBuffer BYTES = new UnsafeBuffer(new byte[100]);

    @TempDir
    private Path root;

    private LogStore store;
    private LogPartition partition;

    @BeforeEach
    void open() {
        launch(root.resolve("live"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldRefuseASequenceThatIsNegative() {
        try (LogStore store = LogStore.launch(Records.context(root.resolve("negative")));
                ProducerAppender producer = store.createTopic(TopicSpec.named("negative"))
                        .partition(0)
                        .producer(store.producerId("p"))) {
            assertThatThrownBy(() -> producer.append(-1, RecordKind.DATA, 0, null, 0, 0, null, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a sequence must be 0 or more: -1");
        }
    }

    @Test
    void shouldFenceTheOpenAppenderWhenANewerEpochBegins() {
        final ProducerAppender before = partition.producer(ID);
        assertThat(append(before, 0)).isPositive();
        assertThat(before.epoch()).isZero();

        final ProducerAppender after = partition.producer(ID, 7);

        assertThat(after.epoch()).isEqualTo(7);
        assertThat(after.lastSequence()).isZero();
        assertThat(append(before, 1)).isEqualTo(Outcome.FENCED);
        assertThat(append(before, 0)).isEqualTo(Outcome.FENCED);
        assertThat(before.claim(new RecordClaim(), 1, RecordKind.DATA, 1, 0, 8)).isEqualTo(Outcome.FENCED);
        assertThat(before.claimBatch(new BatchClaim(), 1, 48)).isEqualTo(Outcome.FENCED);
        assertThat(append(after, 0)).isEqualTo(Outcome.DUPLICATE);
        assertThat(append(after, 1)).isPositive();
        before.close();
        assertThat(append(after, 2)).isPositive();
        assertThat(sequences()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void shouldRefuseAnOlderEpochAndNameTheCurrentOne() {
        partition.producer(ID, 7).close();

        assertThatThrownBy(() -> partition.producer(ID, 6))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.FENCED))
                .hasMessage(
                        "a newer epoch of the producer has begun: topic=t partition=0 producerId=4 epoch=6 current=7;"
                                + " stop, or begin a later one");
        try (ProducerAppender producer = partition.producer(ID)) {
            assertThat(producer.epoch()).isEqualTo(7);
            assertThatThrownBy(() -> partition.producer(ID, 7)).isInstanceOf(IllegalStateException.class);
        }
        partition.producer(ID, 7).close();
        assertThatThrownBy(() -> partition.producer(ID, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldCountAClaimThatWasMadeBeforeTheEpochBegan() throws Exception {
        final ProducerAppender before = partition.producer(ID);
        final RecordClaim claim = new RecordClaim();
        assertThat(before.claim(claim, 0, RecordKind.DATA, 1, 0, 8)).isPositive();

        final CompletableFuture<ProducerAppender> successor =
                CompletableFuture.supplyAsync(() -> partition.producer(ID, 1));
        Records.await("the beginning of the epoch", () -> partition.tailPosition() == 4096 + 48 + 48);
        assertThat(successor).isNotDone();
        claim.commit();

        assertThat(successor.get(5, TimeUnit.SECONDS).lastSequence()).isZero();
        assertThat(append(before, 1)).isEqualTo(Outcome.FENCED);
        assertThat(append(successor.get(), 1)).isPositive();
    }

    @Test
    void shouldRememberTheEpochThroughReopeningKillsAndTruncation() {
        try (ProducerAppender producer = partition.producer(ID, 3)) {
            assertThat(append(producer, 0)).isPositive();
        }
        copy(root.resolve("live"), root.resolve("killed"));
        final LogAppender other = partition.appender();
        while (partition.tailPosition() < 3L * SEGMENT_LENGTH) {
            other.append(RecordKind.DATA, 1, null, 0, 0, BYTES, 0, 100);
        }
        Records.await("snapshots", () -> {
            store.forceNow();
            partition.truncateBefore(2L * SEGMENT_LENGTH);
            return partition.beginPosition() > 2L * SEGMENT_LENGTH;
        });
        store.close();
        launch(root.resolve("live"));
        assertEpochIsThree();

        store.close();
        deleteSnapshots(root.resolve("killed"));
        launch(root.resolve("killed"));
        assertEpochIsThree();
    }

    private void assertEpochIsThree() {
        assertThatThrownBy(() -> partition.producer(ID, 2)).hasMessageContaining("current=3");
        try (ProducerAppender producer = partition.producer(ID)) {
            assertThat(producer.epoch()).isEqualTo(3);
            assertThat(producer.lastSequence()).isZero();
        }
    }

    @Test
    void shouldHideTheBeginningOfAnEpochFromReadersAndShowItToWhoeverInspects() {
        try (ProducerAppender producer = partition.producer(ID, 300)) {
            append(producer, 0);
        }
        try (LogReader reader = partition.reader()) {
            reader.seekToLogTime(0);
            assertThat(reader.poll(record -> assertThat(record.kind()).isEqualTo(RecordKind.DATA), 10))
                    .isOne();
            assertThat(reader.isAtEnd()).isTrue();
        }
        final List<Byte> kinds = new ArrayList<>();
        partition.inspect(0, false, record -> kinds.add(record.kind()));
        assertThat(kinds).containsExactly(RecordKind.PRODUCER, RecordKind.DATA);
        try (LogReader reader = partition.reader()) {
            assertThat(reader.isAtEnd()).isFalse();
        }
    }

    /** The log is the judge: each sequence once and in order, however often the producer is taken over. */
    @Test
    @Timeout(60)
    void shouldNeverLetTwoEpochsAppendTheSameSequence() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final AtomicBoolean isOver = new AtomicBoolean();
        final List<CompletableFuture<Void>> writers = new ArrayList<>();
        try {
            for (int epoch = 1; epoch <= 60; epoch++) {
                final ProducerAppender producer = partition.producer(ID, epoch);
                final boolean usesClaims = random.nextBoolean();
                writers.add(CompletableFuture.runAsync(() -> appendUntilFenced(producer, usesClaims, isOver)));
                TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
            }
        } finally {
            isOver.set(true);
        }
        for (final CompletableFuture<Void> writer : writers) {
            writer.get(10, TimeUnit.SECONDS);
        }

        final List<Long> sequences = sequences();
        for (int i = 0; i < sequences.size(); i++) {
            assertThat(sequences.get(i))
                    .as("repeat with -Dmillrace.test.seed=" + seed)
                    .isEqualTo(i);
        }
        assertThat(sequences).hasSizeGreaterThan(1_000);
    }

    private static void appendUntilFenced(
            final ProducerAppender producer, final boolean usesClaims, final AtomicBoolean isOver) {
        final RecordClaim claim = new RecordClaim();
        long result = 0;
        while (result != Outcome.FENCED && !isOver.get()) {
            final long sequence = producer.lastSequence() + 1;
            if (usesClaims) {
                result = producer.claim(claim, sequence, RecordKind.DATA, 1, 0, 100);
                if (result > 0) {
                    claim.commit();
                }
            } else {
                result = append(producer, sequence);
            }
            assertThat(result).isNotEqualTo(Outcome.DUPLICATE);
        }
    }

    private static long append(final ProducerAppender producer, final long sequence) {
        return producer.append(sequence, RecordKind.DATA, 1, null, 0, 0, BYTES, 0, BYTES.capacity());
    }

    private List<Long> sequences() {
        final List<Long> sequences = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> sequences.add(record.sequence()), 100) > 0) {
                continue;
            }
        }
        return sequences;
    }

    private void launch(final Path directory) {
        store = LogStore.launch(Records.context(directory));
        partition = store.createTopic(TopicSpec.named("t")).partition(0);
    }
}
