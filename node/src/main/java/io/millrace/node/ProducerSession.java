package io.millrace.node;

import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.PublishedRecord;
import java.util.Arrays;
import org.agrona.CloseHelper;

/** One producer of one client: its appenders, and what of it is acknowledged. The node's agent thread. */
final class ProducerSession implements AutoCloseable {
    private static final long NONE = -1L;

    private final int handle;
    private final String producerName;
    private final int producerId;
    private final LogTopic topic;
    private final ProducerAppender[] appenders;
    private final long[] heldSequences;
    private final long[] acknowledgedSequences;
    private boolean hasNews;

    ProducerSession(final int handle, final String producerName, final LogStore store, final LogTopic topic) {
        this.handle = handle;
        this.producerName = producerName;
        this.producerId = store.producerId(producerName);
        this.topic = topic;
        this.appenders = new ProducerAppender[topic.partitionCount()];
        this.heldSequences = new long[appenders.length];
        this.acknowledgedSequences = new long[appenders.length];
        Arrays.fill(heldSequences, NONE);
        Arrays.fill(acknowledgedSequences, NONE);
    }

    /** Opens the appenders; whoever held them before must have let go. */
    void open() {
        for (int i = 0; i < appenders.length; i++) {
            appenders[i] = topic.partition(i).producer(producerId);
        }
    }

    int handle() {
        return handle;
    }

    int producerId() {
        return producerId;
    }

    boolean isSameProducer(final ProducerSession other) {
        return producerId == other.producerId && topic.id() == other.topic.id();
    }

    long[] lastSequences() {
        final long[] sequences = new long[appenders.length];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = appenders[i].lastSequence();
        }
        return sequences;
    }

    boolean hasPartition(final int partition) {
        return partition >= 0 && partition < appenders.length;
    }

    long lastSequence(final int partition) {
        return appenders[partition].lastSequence();
    }

    /** Appends a record to its partition: its position, or an {@link Outcome}. */
    long append(final PublishedRecord record) {
        final int partition = record.partition();
        final long result = appenders[partition].append(
                record.sequence(),
                record.kind(),
                record.eventTimeNs(),
                record.buffer(),
                record.keyOffset(),
                record.keyLength(),
                record.buffer(),
                record.valueOffset(),
                record.valueLength());
        if (result > 0 || result == Outcome.DUPLICATE) {
            heldSequences[partition] = Math.max(heldSequences[partition], record.sequence());
            hasNews = true;
        }
        return result;
    }

    /** Sends what is new; one message per partition says it all, however many records that were. */
    int acknowledge(final EgressProxy egress) {
        if (!hasNews) {
            return 0;
        }
        int count = 0;
        for (int i = 0; i < appenders.length; i++) {
            final long sequence = heldSequences[i];
            if (sequence > acknowledgedSequences[i]) {
                if (egress.acknowledge(handle, i, sequence) <= 0) {
                    return count;
                }
                acknowledgedSequences[i] = sequence;
                count++;
            }
        }
        hasNews = false;
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
}
