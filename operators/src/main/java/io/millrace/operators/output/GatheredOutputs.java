package io.millrace.operators.output;

import io.millrace.log.RecordBatch;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.OperatorException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Short data records of a task that are not in the log yet, a batch for each partition of the topic: what is gathered, and for how long. Whoever
 * gathers asks {@link #takes} before each record, and appends the batch when it is told no. See decision 0036.
 *
 * <p>A partition is gathered for from {@link #begin} on: with its first record that the log does not hold. The task's thread.
 */
final class GatheredOutputs {
    /** What is gathered at most: some tens of records, so that their claim costs each of them little. */
    static final int BATCH_LENGTH = 4096;

    /** With more partitions few records of a poll go to the same, and each would need memory of its own. */
    static final int MAX_PARTITIONS = 16;

    /** How old the first of them may be when the next one comes, by the ticks of the log's conductor. */
    static final long MAX_AGE_NS = 2_000_000;

    private final int batchLength;

    /** Of each partition; null before it is begun. */
    private final RecordBatch[] batches;

    /** Of each partition: the tick at which the first record of its batch came. */
    private final long[] firstTicksNs;

    private String step = "";

    /**
     * Creates it with nothing gathered.
     *
     * @param partitionCount  of the topic.
     * @param maxRecordLength that the topic takes, in bytes with the header.
     * @param isShared        true where replicas append to the same partitions: they race record by record, so nothing is gathered.
     */
    GatheredOutputs(final int partitionCount, final int maxRecordLength, final boolean isShared) {
        batches = new RecordBatch[partitionCount];
        firstTicksNs = new long[partitionCount];
        batchLength = isShared || partitionCount > MAX_PARTITIONS ? 0 : Math.min(BATCH_LENGTH, maxRecordLength);
    }

    /** Whether {@link #begin} may be called. */
    boolean isAllowed() {
        return batchLength > 0;
    }

    /** Gathers for a partition from now on. */
    void begin(final int partition) {
        batches[partition] = new RecordBatch(batchLength);
    }

    /** What is gathered for a partition; null before it is begun. */
    RecordBatch batch(final int partition) {
        return batches[partition];
    }

    /**
     * Tells whether a record may be added to the batch of a partition that was begun. An empty batch that does not take it never does.
     *
     * @param partition   of the record.
     * @param keyLength   in bytes.
     * @param valueLength in bytes.
     * @param tickNs      log time of the conductor's last tick.
     * @return false when the batch has to be appended first.
     */
    boolean takes(final int partition, final int keyLength, final int valueLength, final long tickNs) {
        final RecordBatch batch = batches[partition];
        if (batch.count() == 0) {
            firstTicksNs[partition] = tickNs;
        }
        return valueLength <= OutputAppender.MAX_ASIDE_LENGTH
                && batch.hasRoomFor(keyLength, valueLength)
                && tickNs - firstTicksNs[partition] <= MAX_AGE_NS;
    }

    /**
     * Adds a record to a batch that takes it. A value that cannot be encoded is no record.
     *
     * @throws OperatorException if the value cannot be encoded.
     */
    <V> void add(
            final String newStep,
            final RecordBatch batch,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final Codec<V> codec,
            final V value,
            final int valueLength) {
        final MutableDirectBuffer buffer =
                batch.begin(RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, valueLength);
        if (!(codec instanceof EncodingCodec)) {
            batch.clearValue();
        }
        OutputAppender.encode(codec, value, buffer, 0);
        batch.end();
        // The same as the last time, most often, and collectors keep books of references that are stored.
        if (step != newStep) {
            step = newStep;
        }
    }

    /** The step that has added the last record, for messages. */
    String step() {
        return step;
    }
}
