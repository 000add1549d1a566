package io.millrace.stress;

import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.RecordClaim;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * Lends partitions of real stores to states: one state at a time has a partition, from its constructor to its arbiter.
 * A partition that has grown long is not lent again, and when all of a store's have, the store is closed and deleted,
 * so that a test may run for hours.
 */
final class PartitionPool {
    static final int SEGMENT_LENGTH = 64 * 1024;
    private static final int PARTITIONS = 32;
    private static final long RETIRED_AT = 16L * SEGMENT_LENGTH;

    private static final PartitionPool POOL = new PartitionPool();

    private final Queue<Loan> free = new ArrayDeque<>();

    private PartitionPool() {}

    /** Lends a partition whose reader stands at its end. */
    static Loan take() {
        return POOL.lend();
    }

    private synchronized Loan lend() {
        if (free.isEmpty()) {
            final Shop shop = new Shop();
            for (int i = 0; i < PARTITIONS; i++) {
                free.add(new Loan(this, shop, shop.topic.partition(i)));
            }
        }
        return free.remove();
    }

    private synchronized void giveBack(final Loan loan) {
        if (loan.partition.tailPosition() < RETIRED_AT) {
            free.add(loan);
        } else {
            loan.reader.close();
            loan.shop.retire();
        }
    }

    /** A store with some partitions. */
    private static final class Shop {
        private final Path directory = Workspace.newDirectory("store");
        private final LogStore store;
        private final LogTopic topic;
        private int retiredCount;

        Shop() {
            store = LogStore.launch(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH));
            topic = store.createTopic(TopicSpec.named("t").partitions(PARTITIONS));
        }

        void retire() {
            if (++retiredCount == PARTITIONS) {
                store.close();
                delete();
            }
        }

        private void delete() {
            try {
                Workspace.delete(directory);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    /** A partition, with what two actors need. */
    static final class Loan {
        final LogPartition partition;
        final LogAppender first;
        final LogAppender second;
        final LogReader reader;
        final RecordClaim claim = new RecordClaim();
        private final PartitionPool pool;
        private final Shop shop;

        Loan(final PartitionPool pool, final Shop shop, final LogPartition partition) {
            this.pool = pool;
            this.shop = shop;
            this.partition = partition;
            first = partition.appender();
            second = partition.appender();
            reader = partition.reader();
        }

        void giveBack() {
            reader.seekToEnd();
            pool.giveBack(this);
        }

        /** Fills the segment with padding until so many bytes are left. */
        void fillUpTo(final int left) {
            final int limit = SEGMENT_LENGTH / 4;
            int gap = remaining() - left;
            if (gap < Payload.RECORD_LENGTH) {
                // Not enough room for any filling: go to the next segment first.
                untilAccepted(() -> Payload.append(first, 0));
                if (remaining() > SEGMENT_LENGTH / 2) {
                    gap = remaining() - left;
                } else {
                    fillUpTo(left);
                    return;
                }
            }
            while (gap > 0) {
                final int length = gap <= limit ? gap : Math.min(limit, gap - Payload.RECORD_LENGTH);
                untilAccepted(() -> first.claim(claim, RecordKind.DATA, 1, 0, length - Payload.HEADER_LENGTH));
                claim.abort();
                gap -= length;
            }
            reader.seekToEnd();
        }

        /** Bytes from the tail to the end of its segment. */
        int remaining() {
            return (int) (SEGMENT_LENGTH - (partition.tailPosition() & (SEGMENT_LENGTH - 1)));
        }
    }

    /** Repeats an append while it is back-pressured; another may have made it meanwhile. */
    static long untilHeld(final LongSupplier append) {
        long result = append.getAsLong();
        while (result == Outcome.BACK_PRESSURED) {
            Thread.onSpinWait();
            result = append.getAsLong();
        }
        if (result < 0 && result != Outcome.DUPLICATE) {
            throw new IllegalStateException("refused: outcome=" + result);
        }
        return result;
    }

    /** Repeats an append while the next segment is being prepared. */
    static long untilAccepted(final LongSupplier append) {
        final long result = untilHeld(append);
        if (result < 0) {
            throw new IllegalStateException("refused: outcome=" + result);
        }
        return result;
    }
}
