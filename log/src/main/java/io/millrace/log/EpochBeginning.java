package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Begins an epoch of a producer in a partition. The log's order decides what still belongs to the epoch before: the open
 * appender is told to stop, then a record is appended that says that the epoch begins. A claim made before that record
 * counts when it is committed, and one made behind it finds that it has to stop, since both move the same tail. When the
 * follower passes the record, all before it is decided, and the last sequence with it.
 */
final class EpochBeginning {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final LogPartition partition;
    private final PartitionProducers producers;

    EpochBeginning(final LogPartition partition, final PartitionProducers producers) {
        this.partition = partition;
        this.producers = producers;
    }

    /** Begins an epoch, unless it is the current one. */
    void begin(final int producerId, final int epoch) {
        if (!producers.begin(producerId, epoch)) {
            return;
        }
        try {
            append(new RecordWriter(partition, producerId, -1), epoch);
            await(() -> {
                partition.followOnce();
                return producers.epoch(producerId) == epoch;
            });
        } finally {
            producers.end(producerId);
        }
    }

    private void append(final RecordWriter writer, final int epoch) {
        final long[] outcome = new long[1];
        await(() -> {
            outcome[0] = writer.appendEpoch(epoch);
            return outcome[0] != Outcome.BACK_PRESSURED;
        });
        if (outcome[0] == Outcome.STORAGE_FULL) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FULL,
                    "no room to begin an epoch: " + partition + "; free space on the store's disk");
        }
        if (outcome[0] < 0) {
            throw new IllegalStateException(
                    "cannot begin an epoch: " + partition + " outcome=" + Outcome.name(outcome[0]));
        }
    }

    private void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean()) {
            if (partition.isClosed()) {
                partition.checkNotDeleted();
                throw new IllegalStateException("the store was closed: " + partition);
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("an epoch did not begin within 10 s: " + partition
                        + "; finish the claims that are open, and try again");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
