package io.millrace.node;

import io.millrace.log.Durability;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.transport.codec.KeyHashKind;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecords;
import java.util.Arrays;
import org.agrona.CloseHelper;

/**
 * One producer of one client: its appenders, and what of it is acknowledged. The node's agent thread.
 *
 * <p>In a topic that survives a loss of power a record is acknowledged once the durable position has passed it, else once it is
 * appended. What the log held before the session is acknowledged by the same rule, so that a publisher that connects again
 * learns of each record it has not heard of.
 */
final class ProducerSession implements AutoCloseable {
    private static final long NONE = -1L;

    private final int handle;
    private final String producerName;
    private final int producerId;
    private final int maxRecordLength;
    private final LogTopic topic;
    private final boolean isPower;
    private final AcknowledgementPace pace;
    private final ProducerAppender[] appenders;
    private final AcknowledgementMarks[] marks;
    private final long[] heldSequences;
    private final long[] heldEnds;
    private final long[] markedSequences;
    private final long[] safeSequences;
    private final long[] acknowledgedSequences;
    private int epoch;
    private boolean hasNews;

    ProducerSession(
            final int handle,
            final String producerName,
            final LogStore store,
            final LogTopic topic,
            final int maxRecordLength,
            final boolean isPaced) {
        this.handle = handle;
        this.maxRecordLength = Math.min(
                maxRecordLength,
                RecordDescriptor.maxRecordLength(topic.spec().segmentLength()) - RecordDescriptor.HEADER_LENGTH);
        this.producerName = producerName;
        this.producerId = store.producerId(producerName);
        this.topic = topic;
        this.isPower = topic.spec().durability() == Durability.POWER;
        this.pace = isPaced && !isPower ? new AcknowledgementPace() : null;
        final int count = topic.partitionCount();
        this.appenders = new ProducerAppender[count];
        this.marks = new AcknowledgementMarks[count];
        this.heldSequences = filled(count);
        this.heldEnds = new long[count];
        this.markedSequences = filled(count);
        this.safeSequences = filled(count);
        this.acknowledgedSequences = filled(count);
    }

    /** The epoch that the log knows of the producer; nobody may have it open. */
    int currentEpoch() {
        int current = 0;
        for (int i = 0; i < appenders.length; i++) {
            try (ProducerAppender appender = topic.partition(i).producer(producerId)) {
                current = Math.max(current, appender.epoch());
            }
        }
        return current;
    }

    /** Takes the epoch that the client has begun, or the one after the current; throws when a newer one has begun. */
    void epoch(final int wanted, final int current) {
        if (wanted != ProtocolDescriptor.NEW_EPOCH && wanted < current) {
            throw new MillraceException(
                    ErrorCode.FENCED,
                    "producer was opened again elsewhere: " + this + " epoch=" + wanted + " current=" + current);
        }
        epoch = wanted == ProtocolDescriptor.NEW_EPOCH ? current + 1 : wanted;
    }

    int epoch() {
        return epoch;
    }

    /** Opens the appenders; whoever held them before must have let go. */
    void open() {
        for (int i = 0; i < appenders.length; i++) {
            appenders[i] = topic.partition(i).producer(producerId, epoch);
            heldSequences[i] = appenders[i].lastSequence();
            heldEnds[i] = topic.partition(i).tailPosition();
            marks[i] = new AcknowledgementMarks();
        }
        hasNews = true;
    }

    int handle() {
        return handle;
    }

    boolean isSameProducer(final ProducerSession other) {
        return producerId == other.producerId && topic.id() == other.topic.id();
    }

    /** What the client hears once the producer is open. */
    OpenedProducer opened() {
        return new OpenedProducer(
                handle,
                producerId,
                epoch,
                maxRecordLength,
                topic.spec().durability(),
                KeyHashKind.MURMUR2_KAFKA.value(),
                heldSequences.clone());
    }

    /** What a client hears that opens nothing: what the log holds, under whoever has the producer open, if anybody. */
    OpenedProducer seen(final ProducerSession holder) {
        final long[] sequences = new long[appenders.length];
        for (int i = 0; i < sequences.length; i++) {
            if (holder != null) {
                sequences[i] = holder.lastSequence(i);
            } else {
                try (ProducerAppender appender = topic.partition(i).producer(producerId)) {
                    sequences[i] = appender.lastSequence();
                }
            }
        }
        return new OpenedProducer(
                handle,
                producerId,
                ProtocolDescriptor.NO_EPOCH,
                maxRecordLength,
                topic.spec().durability(),
                KeyHashKind.MURMUR2_KAFKA.value(),
                sequences);
    }

    /** The longest record that it may publish, key and value together, in bytes. */
    int maxRecordLength() {
        return maxRecordLength;
    }

    boolean hasPartition(final int partition) {
        return partition >= 0 && partition < appenders.length;
    }

    long lastSequence(final int partition) {
        return appenders[partition].lastSequence();
    }

    /** Appends a record to its partition: its position, or an {@link Outcome}. */
    long append(final PublishedRecords record) {
        final int partition = record.partition();
        final int keyLength = record.keyLength();
        final int valueLength = record.valueLength();
        final long sequence = record.sequence();
        final long result = appenders[partition].append(
                sequence,
                record.kind(),
                record.eventTimeNs(),
                record.buffer(),
                record.keyOffset(),
                keyLength,
                record.buffer(),
                record.valueOffset(),
                valueLength,
                record.payloadChecksum());
        if (result > 0) {
            heldSequences[partition] = sequence;
            heldEnds[partition] =
                    result + RecordDescriptor.align(RecordDescriptor.HEADER_LENGTH + keyLength + valueLength);
            hasNews = true;
            if (pace != null) {
                pace.onRecord();
            }
        } else if (result == Outcome.DUPLICATE && sequence <= acknowledgedSequences[partition]) {
            // Whoever sends it again has not heard the answer.
            acknowledgedSequences[partition] = sequence - 1;
            hasNews = true;
        }
        return result;
    }

    /** Sends what is new; one message per partition says it all, however many records that were. */
    int acknowledge(final EgressProxy egress, final long nowNs) {
        if (!hasNews || (pace != null && !pace.isDue(nowNs))) {
            return 0;
        }
        int count = 0;
        boolean isDone = true;
        for (int i = 0; i < appenders.length; i++) {
            updateSafe(i);
            final long sequence = safeSequences[i];
            if (sequence > acknowledgedSequences[i]) {
                if (egress.acknowledge(handle, i, sequence) <= 0) {
                    return count;
                }
                acknowledgedSequences[i] = sequence;
                count++;
            }
            isDone &= sequence == heldSequences[i];
        }
        hasNews = !isDone;
        if (pace != null) {
            pace.onSent();
        }
        return count;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(appenders);
    }

    @Override
    public String toString() {
        return "topic=" + topic.name() + " producer=" + producerName;
    }

    private void updateSafe(final int partition) {
        final long held = heldSequences[partition];
        if (!isPower) {
            safeSequences[partition] = held;
            return;
        }
        if (held > markedSequences[partition]) {
            markedSequences[partition] = held;
            marks[partition].add(held, heldEnds[partition]);
        }
        if (!marks[partition].isEmpty()) {
            final long safe =
                    marks[partition].pollDurable(topic.partition(partition).durablePosition());
            safeSequences[partition] = Math.max(safeSequences[partition], safe);
        }
    }

    private static long[] filled(final int count) {
        final long[] sequences = new long[count];
        Arrays.fill(sequences, NONE);
        return sequences;
    }
}
