package io.millrace.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.output.DeadLetter;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** A partition to which records of dead letters go back, numbered from 0 in the order of the ledger. */
final class RedriveTarget implements AutoCloseable {
    private static final long RETRY_NS = 10_000;

    private final LogPartition partition;
    private final int maxRecordLength;
    private final ProducerAppender producer;
    private final long heldAtStart;
    private long sequence;

    RedriveTarget(
            final LogStore store,
            final String topicName,
            final int index,
            final String producerName,
            final boolean isDryRun) {
        final LogTopic topic = store.topic(topicName);
        partition = topic.partition(index);
        maxRecordLength = RecordDescriptor.maxRecordLength(topic.spec().segmentLength());
        // To ask for the id of a new name writes the name.
        producer = isDryRun && !store.producerNames().contains(producerName)
                ? null
                : partition.producer(store.producerId(producerName));
        heldAtStart = producer == null ? 0 : producer.lastSequence() + 1;
    }

    long nextSequence() {
        return sequence++;
    }

    void rewind() {
        sequence = 0;
    }

    boolean holds(final long asked) {
        return asked < heldAtStart;
    }

    long outstanding() {
        return sequence - heldAtStart;
    }

    boolean takes(final DeadLetter letter) {
        final long length = (long) RecordDescriptor.HEADER_LENGTH + letter.key().length + letter.value().length;
        return letter.key().length <= RecordDescriptor.MAX_KEY_LENGTH && length <= maxRecordLength;
    }

    // With fewer in the ledger than were sent, a new record would get the number of one that is there, and be dropped.
    void checkLedger() {
        if (sequence < heldAtStart) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "dead letters were sent that the ledger does not know: topic=" + partition.topic() + " partition="
                            + partition.index() + " sent=" + heldAtStart + " known=" + sequence
                            + "; the topic of what was re-driven was removed or cut off");
        }
    }

    /** True when the record is new, false when the partition holds it. */
    boolean append(final DeadLetter letter, final long number) {
        return await(
                        partition,
                        () -> producer.append(
                                number,
                                RecordKind.DATA,
                                letter.eventTimeNs(),
                                new UnsafeBuffer(letter.key()),
                                0,
                                letter.key().length,
                                new UnsafeBuffer(letter.value()),
                                0,
                                letter.value().length))
                > 0;
    }

    static long await(final LogPartition partition, final LongSupplier append) {
        while (true) {
            final long outcome = append.getAsLong();
            if (outcome > 0 || outcome == Outcome.DUPLICATE) {
                return outcome;
            }
            if (outcome != Outcome.BACK_PRESSURED || Thread.currentThread().isInterrupted()) {
                throw new MillraceException(
                        outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                        "cannot send a dead letter back: topic=" + partition.topic() + " partition="
                                + partition.index() + " outcome=" + Outcome.name(outcome)
                                + "; run it again, nothing is sent twice");
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    @Override
    public void close() {
        CloseHelper.close(producer);
    }
}
