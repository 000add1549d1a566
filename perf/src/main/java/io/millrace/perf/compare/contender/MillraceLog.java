package io.millrace.perf.compare.contender;

import io.millrace.log.BatchClaim;
import io.millrace.log.Durability;
import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;

/** Millrace's log with the settings that a user gets who sets none. */
final class MillraceLog implements Contender {
    private static final long PREPARE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(30);

    private final LogStore store;
    private final LogTopic topic;

    MillraceLog(final OpenOptions options) {
        store = LogStore.launch(new LogContext().directory(options.directory().resolve("store")));
        topic = store.createTopic(TopicSpec.named("t")
                .partitions(options.partitions())
                .segmentLength(options.segmentLength())
                .durability(options.isForced() ? Durability.POWER : Durability.PROCESS));
    }

    @Override
    public MessageAppender appender(final int partition) {
        return new Appender(topic.partition(partition));
    }

    @Override
    public MessageReader reader(final int partition) {
        return new Reader(topic.partition(partition).reader());
    }

    /** The conductor makes the next segment when the first has begun to fill. */
    @Override
    public void awaitPrepared() {
        final long deadlineNs = System.nanoTime() + PREPARE_TIMEOUT_NS;
        for (int i = 0; i < topic.partitionCount(); i++) {
            final LogPartition partition = topic.partition(i);
            while (partition.isPreparing()) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new IllegalStateException("no segment was prepared: " + partition);
                }
                LockSupport.parkNanos(SETTLE_NS);
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }

    private static final class Appender implements MessageAppender {
        private final LogPartition partition;
        private final LogAppender appender;
        private final BatchClaim batch = new BatchClaim();
        private long eventTimeNs;
        private long lastPosition;
        private boolean isBatch;

        private Appender(final LogPartition partition) {
            this.partition = partition;
            this.appender = partition.appender();
        }

        @Override
        public void append(final DirectBuffer message, final int length) {
            if (isBatch) {
                batch.append(RecordKind.DATA, eventTimeNs++, null, 0, 0, message, 0, length);
                return;
            }
            final long timeNs = eventTimeNs++;
            while (true) {
                final long outcome = appender.append(RecordKind.DATA, timeNs, null, 0, 0, message, 0, length);
                if (outcome > 0) {
                    lastPosition = outcome;
                    return;
                }
                awaitRoom(outcome);
            }
        }

        @Override
        public void awaitDurable() {
            while (partition.durablePosition() <= lastPosition) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void beginBatch(final int count, final int length) {
            final int totalLength = count * BatchClaim.recordLength(0, length);
            isBatch = true;
            while (true) {
                final long outcome = appender.claimBatch(batch, totalLength);
                if (outcome > 0) {
                    return;
                }
                awaitRoom(outcome);
            }
        }

        @Override
        public void endBatch() {
            batch.commit();
            isBatch = false;
        }

        private static void awaitRoom(final long outcome) {
            if (outcome != Outcome.BACK_PRESSURED) {
                throw new IllegalStateException("the log refused a message: " + Outcome.name(outcome));
            }
            Thread.onSpinWait();
        }
    }

    private static final class Reader implements MessageReader, RecordHandler {
        private final LogReader reader;
        private MessageHandler handler;

        private Reader(final LogReader reader) {
            this.reader = reader;
        }

        @Override
        public int poll(final MessageHandler newHandler, final int limit) {
            handler = newHandler;
            final int count = reader.poll(this, limit);
            if (count < 0) {
                throw new IllegalStateException("the log refused to be read: " + Outcome.name(count));
            }
            return count;
        }

        @Override
        public void onRecord(final RecordFlyweight record) {
            handler.onMessage(record.buffer(), record.valueOffset(), record.valueLength());
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
