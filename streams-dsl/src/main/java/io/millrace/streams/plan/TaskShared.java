package io.millrace.streams.plan;

import io.millrace.log.LogPartition;
import io.millrace.log.ProducerAppender;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.streams.effect.CallDesk;
import io.millrace.streams.effect.CallSpec;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * What the replicas of one task share while they are made, one after the other: the producers of its outputs, and who learns of
 * records left out, which all of them leave out and one of them tells. By the thread that opens the job.
 */
final class TaskShared implements AutoCloseable {
    private final int replicas;
    private final Consumer<SkippedRecord> onSkipped;
    private final AtomicLong told = new AtomicLong();
    private final Map<LogPartition, List<ProducerAppender>> producers = new IdentityHashMap<>();
    private CallDesk<?, ?> desk;
    private int replica;

    TaskShared(final int replicas, final Consumer<SkippedRecord> onSkipped) {
        this.replicas = replicas;
        this.onSkipped = onSkipped;
    }

    /** Goes on to the next replica. */
    void next() {
        replica++;
    }

    /** Opens a producer for the replica that is being made. */
    ProducerAppender producer(final LogPartition partition, final int producerId) {
        return replicas == 1
                ? partition.producer(producerId)
                : producers
                        .computeIfAbsent(partition, key -> key.sharedProducer(producerId, replicas))
                        .get(replica);
    }

    /** Makes the listener of the replica that is being made: each record that is left out is told by the first that comes to it. */
    Consumer<SkippedRecord> onSkipped() {
        return replicas == 1 ? onSkipped : new FirstTold(told, onSkipped);
    }

    /** The desk that calls for all replicas: that of the first one that asks. */
    CallDesk<?, ?> desk(final CallSpec<?, ?> spec, final boolean failsJob, final String job, final LogPartition input) {
        if (desk == null) {
            desk = new CallDesk<>(spec, failsJob, job, input);
        }
        return desk;
    }

    /** The desk; null for a task that waits for no calls. */
    CallDesk<?, ?> desk() {
        return desk;
    }

    /** Closes the producers of all replicas, also of those that were not made. */
    @Override
    public void close() {
        CloseHelper.closeAll(producers.values().stream().flatMap(List::stream).toList());
    }

    /** The listener of one replica, used by its thread. The replicas leave out the same records in the same order. */
    private static final class FirstTold implements Consumer<SkippedRecord> {
        private final AtomicLong told;
        private final Consumer<SkippedRecord> listener;
        private long count;

        FirstTold(final AtomicLong told, final Consumer<SkippedRecord> listener) {
            this.told = told;
            this.listener = listener;
        }

        @Override
        public void accept(final SkippedRecord record) {
            count++;
            if (told.compareAndSet(count - 1, count)) {
                listener.accept(record);
            }
        }
    }
}
