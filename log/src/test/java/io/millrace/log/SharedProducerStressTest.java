package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas that append the same records at paces of their own, most of which end somewhere in between. A failure prints its
 * seed; {@code -Dmillrace.seed=N} tries that one alone.
 */
class SharedProducerStressTest {
    private static final int ID = 4;
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 40);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int RECORDS = 20_000;
    private static final int MAX_REPLICAS = 4;

    @TempDir
    private Path directory;

    @Test
    void shouldHoldEachRecordOnceAndInOrder() throws Exception {
        long contended = 0;
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
                contended += run(store, seed);
            }
        }
        assertThat(contended).as("rounds with records of more than one replica").isPositive();
    }

    private static int rounds() {
        return System.getProperty("millrace.seed") == null ? ROUNDS : 1;
    }

    private static int run(final LogStore store, final long seed) throws Exception {
        final SplittableRandom random = new SplittableRandom(seed);
        final LogPartition partition =
                store.createTopic(TopicSpec.named("t" + seed)).partition(0);
        final int replicas = 2 + random.nextInt(MAX_REPLICAS - 1);
        // One lives to the end.
        final int survivor = random.nextInt(replicas);
        final List<CompletableFuture<Void>> threads = new ArrayList<>();
        final List<ProducerAppender> appenders = partition.sharedProducer(ID, replicas);
        for (int i = 0; i < replicas; i++) {
            final int index = i;
            final int end = index == survivor ? RECORDS : random.nextInt(RECORDS);
            final SplittableRandom own = random.split();
            threads.add(CompletableFuture.runAsync(() -> append(appenders.get(index), index, end, own)));
        }
        for (final CompletableFuture<Void> thread : threads) {
            thread.get(60, TimeUnit.SECONDS);
        }

        final int[] copies = new int[replicas];
        assertThat(read(partition, copies)).as("seed=%d", seed).isEqualTo(RECORDS);
        try (ProducerAppender next = partition.producer(ID)) {
            assertThat(next.lastSequence()).as("seed=%d", seed).isEqualTo(RECORDS - 1);
        }
        int writers = 0;
        for (final int count : copies) {
            writers += count > 0 ? 1 : 0;
        }
        return writers > 1 ? 1 : 0;
    }

    private static void append(
            final ProducerAppender appender, final int index, final int end, final SplittableRandom random) {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[200]);
        value.putInt(0, index);
        try (appender) {
            for (long sequence = 0; sequence < end; sequence++) {
                if (random.nextInt(500) == 0) {
                    pause(random.nextInt(20_000));
                }
                // The same for all replicas.
                final int length = Long.BYTES * (2 + (int) (sequence % 20));
                value.putLong(Long.BYTES, sequence);
                final long number = sequence;
                final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                long outcome;
                do {
                    outcome = appender.append(number, RecordKind.DATA, number, null, 0, 0, value, 0, length);
                    if (System.nanoTime() - deadlineNs > 0) {
                        throw new IllegalStateException("back-pressured for 30 s: " + appender);
                    }
                } while (outcome == Outcome.BACK_PRESSURED);
                if (outcome < 0 && outcome != Outcome.DUPLICATE) {
                    throw new IllegalStateException(Outcome.name(outcome));
                }
            }
        }
    }

    private static void pause(final int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }

    private static long read(final LogPartition partition, final int[] copies) {
        final long[] next = new long[1];
        try (LogReader reader = partition.reader()) {
            while (reader.poll(
                            record -> {
                                assertThat(record.sequence()).isEqualTo(next[0]);
                                assertThat(record.eventTimeNs()).isEqualTo(next[0]);
                                assertThat(record.valueLength()).isEqualTo(Long.BYTES * (2 + (int) (next[0] % 20)));
                                assertThat(record.buffer().getLong(record.valueOffset() + Long.BYTES))
                                        .isEqualTo(next[0]);
                                copies[record.buffer().getInt(record.valueOffset())]++;
                                next[0]++;
                            },
                            1_000)
                    > 0) {
                // On to the end.
            }
        }
        return next[0];
    }
}
