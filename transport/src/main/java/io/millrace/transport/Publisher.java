package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.KeyHash;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishes records to a topic of a node, without blocking. One thread.
 *
 * <p>Records are numbered 0, 1, 2 … per partition in every run. The log drops a sequence that it already holds of this
 * producer name, and the node acknowledges it all the same: a publisher that starts again and sends the same input from
 * its start stores nothing twice and loses nothing. One that goes on instead says so with {@link #resumeAt(int, long)}.
 *
 * <p>{@link #poll()} wants to be called now and then: it takes acknowledgements, tells the node that this publisher is
 * alive, and throws once the node has ended the session. {@link #offer} does some of that by itself.
 */
public final class Publisher implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private static final int FRAGMENT_LIMIT = 16;
    private static final int POLL_INTERVAL_MASK = 0xFF;
    private static final long NONE = -1L;
    private static final int SCRATCH_LENGTH = 4096;
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final Events events = new Events();
    private final String topic;
    private final Connection connection;
    private final IngressProxy ingress;
    private final int partitionCount;
    private final int maxRecordLength;
    private final int producer;
    private final long[] lastSequences;
    private final long[] nextSequences;
    private final long[] acknowledgedSequences;
    private final PublishFrame frame = new PublishFrame();
    private final ExpandableDirectByteBuffer scratch = new ExpandableDirectByteBuffer(SCRATCH_LENGTH);
    private final Checksum checksum = new Checksum();
    private long publishedCount;

    private Publisher(final PublisherContext context) {
        topic = context.topic();
        connection = Connection.open(context.settings(), events);
        try {
            ingress = connection.ingress();
            final long correlationId = connection.nextCorrelationId();
            connection.request(
                    "open producer",
                    correlationId,
                    () -> ingress.openProducer(
                            correlationId, topic, context.producerName(), ProtocolDescriptor.NEW_EPOCH),
                    () -> events.isOpen);
        } catch (final RuntimeException ex) {
            connection.close();
            throw ex;
        }
        producer = events.producer;
        lastSequences = events.lastSequences;
        partitionCount = lastSequences.length;
        maxRecordLength = Math.min(events.maxRecordLength, ingress.maxRecordLength());
        nextSequences = new long[partitionCount];
        acknowledgedSequences = events.acknowledgedSequences;
    }

    /**
     * Connects to a node and opens a producer there; waits for it as long as the context allows.
     *
     * @param context with the settings
     * @return the publisher
     * @throws MillraceException when the settings are wrong, no node answers, or the node refuses (no such topic, …)
     */
    public static Publisher connect(final PublisherContext context) {
        return new Publisher(context.conclude());
    }

    /**
     * How many partitions the topic has.
     *
     * @return partitions
     */
    public int partitionCount() {
        return partitionCount;
    }

    /**
     * What the log held of this producer when it connected.
     *
     * @param partition of the topic
     * @return its last sequence, or -1 for none
     */
    public long lastSequence(final int partition) {
        return lastSequences[partition];
    }

    /**
     * The longest record that can be published.
     *
     * @return key and value together, in bytes
     */
    public int maxRecordLength() {
        return maxRecordLength;
    }

    /**
     * Starts numbering a partition elsewhere than at 0, before its first record.
     *
     * @param partition of the topic
     * @param sequence  of the next record; must not leave a hole after {@link #lastSequence(int)}
     */
    public void resumeAt(final int partition, final long sequence) {
        if (nextSequences[partition] != 0) {
            throw new IllegalStateException("records were published already: topic=" + topic + " partition=" + partition
                    + " nextSequence=" + nextSequences[partition]);
        }
        if (sequence < 0 || sequence > lastSequences[partition] + 1) {
            throw new IllegalArgumentException("sequence=" + sequence + " must be from 0 to "
                    + (lastSequences[partition] + 1) + ": topic=" + topic + " partition=" + partition);
        }
        nextSequences[partition] = sequence;
        acknowledgedSequences[partition] = sequence - 1;
    }

    /**
     * Publishes a record to the partition that its key belongs to (partition 0 without a key).
     *
     * @param eventTimeNs in nanoseconds since the epoch
     * @param key         that holds the key; may be null when its length is 0
     * @param keyOffset   of the key
     * @param keyLength   of the key in bytes, at most 65,535
     * @param value       that holds the value; may be null when its length is 0
     * @param valueOffset of the value
     * @param valueLength of the value in bytes
     * @return the record's sequence in its partition, or one of {@link Outcome}: BACK_PRESSURED (try again),
     *     NOT_CONNECTED (the node is away), RECORD_TOO_LONG, CLOSED (the session is over; {@link #poll()} tells why)
     */
    public long offer(
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        final int partition = keyLength == 0 ? 0 : KeyHash.partition(key, keyOffset, keyLength, partitionCount);
        return publish(
                partition, RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, value, valueOffset, valueLength);
    }

    /**
     * Publishes a record to a partition that the caller chooses.
     *
     * @param partition   of the topic
     * @param eventTimeNs in nanoseconds since the epoch
     * @param key         that holds the key; may be null when its length is 0
     * @param keyOffset   of the key
     * @param keyLength   of the key in bytes, at most 65,535
     * @param value       that holds the value; may be null when its length is 0
     * @param valueOffset of the value
     * @param valueLength of the value in bytes
     * @return as {@link #offer} does
     */
    public long offerTo(
            final int partition,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        return publish(
                partition, RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, value, valueOffset, valueLength);
    }

    /**
     * Publishes a watermark: the promise that no record with an earlier event time follows in the partition, whoever publishes
     * it. Where several publish to one partition, only one that knows of the others may send it.
     *
     * @param partition   of the topic
     * @param watermarkNs in nanoseconds since the epoch; {@link Long#MAX_VALUE} ends the input
     * @return as {@link #offer} does
     */
    public long watermark(final int partition, final long watermarkNs) {
        return publish(partition, RecordKind.WATERMARK, watermarkNs, NOTHING, 0, 0, NOTHING, 0, 0);
    }

    /**
     * The number that the next record of a partition gets.
     *
     * @param partition of the topic
     * @return sequence, from 0
     */
    public long nextSequence(final int partition) {
        return nextSequences[partition];
    }

    /**
     * Takes what the node has sent, and shows it that this publisher is alive.
     *
     * @return how many messages were taken
     * @throws MillraceException once the node has ended the session, with its reason in one line; at every call
     */
    public int poll() {
        final int count = connection.poll(FRAGMENT_LIMIT);
        if (events.failure() != null) {
            throw events.failure();
        }
        return count;
    }

    /**
     * Up to which sequence the log holds what was published in this run.
     *
     * @param partition of the topic
     * @return sequence, or -1 for none yet
     */
    public long acknowledgedSequence(final int partition) {
        // The log may hold more, from an earlier run.
        return Math.min(acknowledgedSequences[partition], nextSequences[partition] - 1);
    }

    /**
     * Tells whether the log holds all that was published.
     *
     * @return whether nothing is under way
     */
    public boolean isFullyAcknowledged() {
        for (int partition = 0; partition < partitionCount; partition++) {
            if (acknowledgedSequences[partition] < nextSequences[partition] - 1) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether the session is open and the node at the other end.
     *
     * @return whether records can reach the node
     */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Ends the session. What was published before still reaches the node, but nobody hears its acknowledgement. */
    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "Publisher{topic=" + topic + ", nextSequences=" + Arrays.toString(nextSequences)
                + ", acknowledgedSequences=" + Arrays.toString(acknowledgedSequences) + '}';
    }

    private long publish(
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        final long sequence = nextSequences[partition];
        if (connection.isFinished()) {
            return Outcome.CLOSED;
        }
        if (keyLength > RecordDescriptor.MAX_KEY_LENGTH || valueLength > maxRecordLength - keyLength) {
            return Outcome.RECORD_TOO_LONG;
        }
        checkRanges(key, keyOffset, keyLength, value, valueOffset, valueLength);
        frame.begin(scratch, 0);
        final int payload = frame.nextPayloadOffset();
        scratch.checkLimit(payload + keyLength + valueLength);
        if (keyLength > 0) {
            scratch.putBytes(payload, key, keyOffset, keyLength);
        }
        if (valueLength > 0) {
            scratch.putBytes(payload + keyLength, value, valueOffset, valueLength);
        }
        frame.add(partition, kind, sequence, eventTimeNs, keyLength, keyLength + valueLength, checksum);
        final long result = ingress.publish(frame, producer);
        if (result > 0) {
            nextSequences[partition] = sequence + 1;
            if ((++publishedCount & POLL_INTERVAL_MASK) == 0) {
                connection.poll(FRAGMENT_LIMIT);
            }
            return sequence;
        }
        // A node that ended the session takes nothing more: its reason must be heard even by a caller that only offers.
        connection.poll(FRAGMENT_LIMIT);
        return result;
    }

    private static void checkRanges(
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        if (keyLength < 0 || valueLength < 0) {
            throw new IllegalArgumentException(
                    "lengths must not be negative: keyLength=" + keyLength + " valueLength=" + valueLength);
        }
        if (keyLength > 0) {
            key.boundsCheck(keyOffset, keyLength);
        }
        if (valueLength > 0) {
            value.boundsCheck(valueOffset, valueLength);
        }
    }

    private static final class Events extends SessionEvents {
        private boolean isOpen;
        private int producer;
        private int maxRecordLength;
        private long[] lastSequences = new long[0];
        private long[] acknowledgedSequences = new long[0];

        @Override
        public void onProducerOpened(final long correlationId, final OpenedProducer opened) {
            if (opened.lastSequences().length == 0) {
                fail(ErrorCode.TRANSPORT, "node answered with no partition: producer=" + opened.handle());
                return;
            }
            this.producer = opened.handle();
            this.maxRecordLength = opened.maxRecordLength();
            this.lastSequences = opened.lastSequences();
            this.acknowledgedSequences = new long[lastSequences.length];
            Arrays.fill(acknowledgedSequences, NONE);
            this.isOpen = true;
        }

        @Override
        public void onAcknowledge(final int producer, final int partition, final long sequence) {
            if (producer == this.producer && partition >= 0 && partition < acknowledgedSequences.length) {
                acknowledgedSequences[partition] = Math.max(acknowledgedSequences[partition], sequence);
            }
        }
    }
}
