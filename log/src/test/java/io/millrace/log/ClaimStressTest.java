package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Producers that are late at random against a conductor that revokes at once: nothing lost, doubled or out of order. */
class ClaimStressTest {
    private static final int PRODUCERS = 3;
    private static final int RECORDS = 20_000;
    private static final int LENGTH = 40;

    @TempDir
    private Path directory;

    private final AtomicInteger revoked = new AtomicInteger();

    @Test
    @Timeout(120)
    void shouldKeepEachRecordOfLateProducersOnceAndInOrder() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final LogContext context = Records.context(directory).claimTimeoutNs(1);
        try (LogStore store = LogStore.launch(context)) {
            final LogPartition partition = store.createTopic(
                            TopicSpec.named("t").segmentLength(8 * Records.SEGMENT_LENGTH))
                    .partition(0);
            final List<Callable<Void>> work = new ArrayList<>();
            for (int id = 1; id <= PRODUCERS; id++) {
                final int producerId = id;
                work.add(() -> append(partition, producerId, new SplittableRandom(seed + producerId)));
            }
            work.add(() -> readAll(partition));
            runAll(work);
        } catch (final Throwable failure) {
            throw new AssertionError("repeat with -Dmillrace.test.seed=" + seed, failure);
        }
        assertThat(revoked).as("claims revoked").hasPositiveValue();

        try (LogStore store = LogStore.launch(Records.context(directory))) {
            readAll(store.topic("t").partition(0));
        }
    }

    private Void append(final LogPartition partition, final int id, final SplittableRandom random) {
        final RecordClaim claim = new RecordClaim();
        final BatchClaim batch = new BatchClaim();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[LENGTH]);
        try (ProducerAppender producer = partition.producer(id)) {
            while (producer.lastSequence() < RECORDS - 1) {
                final long next = producer.lastSequence() + 1;
                final int choice = random.nextInt(3);
                try {
                    if (choice == 0) {
                        fill(bytes, id, next);
                        producer.append(next, RecordKind.DATA, next, null, 0, 0, bytes, 0, LENGTH);
                    } else if (choice == 1) {
                        claimOne(producer, claim, id, next, random);
                    } else {
                        claimBatch(producer, batch, id, next, random);
                    }
                } catch (final MillraceException ex) {
                    assertThat(ex.code()).isEqualTo(ErrorCode.CLAIM_REVOKED);
                    assertThat(producer.lastSequence()).isEqualTo(next - 1);
                    revoked.incrementAndGet();
                }
            }
        }
        return null;
    }

    private static void claimOne(
            final ProducerAppender producer,
            final RecordClaim claim,
            final int id,
            final long next,
            final SplittableRandom random) {
        if (producer.claim(claim, next, RecordKind.DATA, next, 0, LENGTH) > 0) {
            beLate(random);
            fill(new UnsafeBuffer(claim.buffer()), id, next);
            if (random.nextInt(8) == 0) {
                claim.abort();
            } else {
                claim.commit();
            }
        }
    }

    private static void claimBatch(
            final ProducerAppender producer,
            final BatchClaim batch,
            final int id,
            final long next,
            final SplittableRandom random) {
        final int count = (int) Math.min(1 + random.nextInt(4), RECORDS - next);
        if (producer.claimBatch(batch, next, count * BatchClaim.recordLength(0, LENGTH)) > 0) {
            boolean isWritten = false;
            try {
                for (int i = 0; i < count; i++) {
                    beLate(random);
                    batch.next(RecordKind.DATA, next + i, 0, LENGTH);
                    fill(new UnsafeBuffer(batch.buffer()), id, next + i);
                }
                isWritten = true;
            } finally {
                if (!isWritten) {
                    batch.abort();
                }
            }
            batch.commit();
        }
    }

    private static void beLate(final SplittableRandom random) {
        final int choice = random.nextInt(200);
        if (choice == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        } else if (choice < 3) {
            Thread.yield();
        }
    }

    private static void fill(final UnsafeBuffer buffer, final int id, final long sequence) {
        buffer.setMemory(0, LENGTH, (byte) (id + sequence));
    }

    private static Void readAll(final LogPartition partition) {
        final long[] next = new long[PRODUCERS + 1];
        int total = 0;
        try (LogReader reader = partition.reader()) {
            while (total < PRODUCERS * RECORDS) {
                final int count = reader.poll(record -> check(record, next), 1000);
                assertThat(count).isNotEqualTo((int) Outcome.CLOSED);
                total += count;
                if (count == 0) {
                    Thread.yield();
                }
            }
        }
        return null;
    }

    private static void check(final RecordFlyweight record, final long[] next) {
        final int id = record.producerId();
        if (record.sequence() != next[id] || record.eventTimeNs() != next[id] || record.valueLength() != LENGTH) {
            throw new AssertionError("expected sequence " + next[id] + ": " + record);
        }
        for (int i = 0; i < LENGTH; i++) {
            if (record.buffer().getByte(record.valueOffset() + i) != (byte) (id + next[id])) {
                throw new AssertionError("altered: byte=" + i + " " + record);
            }
        }
        next[id]++;
    }

    private static void runAll(final List<Callable<Void>> work) throws Exception {
        final ExecutorService executor = Executors.newFixedThreadPool(work.size());
        try {
            final List<Future<Void>> futures = new ArrayList<>();
            work.forEach(task -> futures.add(executor.submit(task)));
            for (final Future<Void> future : futures) {
                future.get(100, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
