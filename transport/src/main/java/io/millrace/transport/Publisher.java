package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.KeyHash;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.codec.KeyHashKind;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishes records to a topic of a node, without blocking. One thread.
 *
 * <p>Records are numbered 0, 1, 2 … per partition in every run. The log drops a sequence that it already holds of this
 * producer name, and the node acknowledges it all the same: a publisher that starts again and sends the same input from
 * its start stores nothing twice and loses nothing. One that goes on instead says so with {@link #resumeAt(int, long)}.
 *
 * <p>A record is kept in a window until the node has acknowledged it, at the durability of the topic. When the session is lost (the
 * node stops, the network or the media driver fails) the publisher opens another one by itself, learns what the log holds, and
 * sends the rest again: each record is stored once. A publisher of the same name that was connected later ends this one for good.
 *
 * <p>When a record leaves: at once when nothing is under way. While something is, records gather in one message, which leaves when the
 * next record does not fit into it, or at the next {@link #poll()} or {@link #flush()}; no record waits for a clock or another thread.
 *
 * <p>{@link #poll()} wants to be called now and then: it takes acknowledgements, sends what has gathered, tells the node that this
 * publisher is alive, connects again, and throws once that is of no use. {@link #offer} does some of that by itself.
 */
public final class Publisher implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private static final int FRAGMENT_LIMIT = 16;
    /** In records: about as many small ones as go into a message. */
    private static final int POLL_INTERVAL_MASK = 0x3F;

    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long MAX_CLOSING_NS = TimeUnit.SECONDS.toNanos(1);

    /** Records without a key stay this long on a partition: a rule that another run repeats, whatever its timing. */
    private static final int STICKY_SHIFT = 6;

    private final String topic;
    private final String producerName;
    private final ProducerEvents events = new ProducerEvents();
    private final PublishWindow window;
    private final PublishWindow.Sender sender = this::send;
    private final MutableDirectBuffer windowBuffer;
    private final Link link;
    private final int partitionCount;
    private final int maxRecordLength;
    private final int maxBatchLength;
    private final long resendTimeoutNs;
    private final long[] nextSequences;
    private long[] lastSequences;
    private long[] heldSequences;
    private int producer;
    private int epoch;
    private long keylessCount;
    private long offeredCount;
    private long progressNs;
    private boolean hasSentAgain;
    private boolean isClaimed;
    private boolean isClosed;

    private Publisher(final PublisherContext context) {
        topic = context.topic();
        producerName = context.producerName();
        window = new PublishWindow(context.windowLength(), context.windowRecords());
        windowBuffer = window.buffer();
        resendTimeoutNs = context.resendTimeoutNs();
        epoch = context.beginsLater() ? ProtocolDescriptor.NO_EPOCH : ProtocolDescriptor.NEW_EPOCH;
        link = new Link(context.settings(), events, new ProducerOpening(), context.reconnectTimeoutNs());
        final OpenedProducer opened = events.opened();
        final MillraceException problem = keyHashProblem(topic, opened);
        if (problem != null) {
            link.close();
            throw problem;
        }
        final IngressProxy ingress = link.ingress();
        producer = opened.handle();
        epoch = opened.epoch();
        lastSequences = opened.lastSequences();
        heldSequences = lastSequences;
        partitionCount = lastSequences.length;
        maxBatchLength = ingress.maxPayloadLength();
        maxRecordLength = Math.min(
                Math.min(opened.maxRecordLength(), ingress.maxRecordLength()),
                PublishWindow.maxRecordLength(context.windowLength()));
        nextSequences = new long[partitionCount];
        progressNs = System.nanoTime();
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
     * Opens the producer, for a publisher that was told to do so later: whoever publishes under its name elsewhere is ended by that. What
     * {@link #lastSequence(int)} tells is looked at anew. Waits for the node; a second call does nothing.
     *
     * @throws MillraceException when the node does not answer, or refuses
     */
    public void begin() {
        if (epoch == ProtocolDescriptor.NO_EPOCH) {
            epoch = ProtocolDescriptor.NEW_EPOCH;
            try {
                link.openAgain();
            } catch (final RuntimeException ex) {
                link.close();
                throw ex;
            }
            final OpenedProducer opened = events.opened();
            producer = opened.handle();
            epoch = opened.epoch();
            lastSequences = opened.lastSequences();
            heldSequences = lastSequences;
        }
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
    }

    /**
     * Publishes a record to the partition that its key belongs to. Records without a key go to each partition in turn, 64 at a time.
     *
     * @param eventTimeNs in nanoseconds since the epoch
     * @param key         that holds the key; may be null when its length is 0
     * @param keyOffset   of the key
     * @param keyLength   of the key in bytes, at most 65,535
     * @param value       that holds the value; may be null when its length is 0
     * @param valueOffset of the value
     * @param valueLength of the value in bytes
     * @return the record's sequence in its partition: it is kept, and will be stored once, unless this publisher ends before; or one of
     *     {@link Outcome}: WINDOW_FULL (too much is not acknowledged; {@link #poll()}, then try again), BACK_PRESSURED (the node
     *     takes no more just now; likewise), RECORD_TOO_LONG, FENCED (a newer publisher of the same name has taken over), CLOSED (it is
     *     over for another reason, which {@link #poll()} tells)
     * @throws IllegalStateException when a claim is open
     */
    public long offer(
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        final int partition = partition(key, keyOffset, keyLength);
        final long result = publish(
                partition, RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, value, valueOffset, valueLength);
        onPartitioned(keyLength, result);
        return result;
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
     * Claims space for a record that the caller writes in place, in the partition that its key belongs to. The key is copied in.
     *
     * @param claim       receives the space; finish it by commit or abort before anything else is published
     * @param eventTimeNs in nanoseconds since the epoch
     * @param key         that holds the key; may be null when its length is 0
     * @param keyOffset   of the key
     * @param keyLength   of the key in bytes, at most 65,535
     * @param valueLength of the value in bytes
     * @return the sequence that the record will have, or one of {@link Outcome} as {@link #offer} returns them
     */
    public long claim(
            final PublishClaim claim,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final int valueLength) {
        checkRanges(key, keyOffset, keyLength, NOTHING, 0, 0);
        final int partition = partition(key, keyOffset, keyLength);
        final long result = claimTo(claim, partition, eventTimeNs, keyLength, valueLength);
        if (result >= 0 && keyLength > 0) {
            windowBuffer.putBytes(claim.keyOffset(), key, keyOffset, keyLength);
        }
        onPartitioned(keyLength, result);
        return result;
    }

    /**
     * Claims space for a record that the caller writes in place, key and value, in a partition that it chooses.
     *
     * @param claim       receives the space; finish it by commit or abort before anything else is published
     * @param partition   of the topic
     * @param eventTimeNs in nanoseconds since the epoch
     * @param keyLength   of the key in bytes, at most 65,535
     * @param valueLength of the value in bytes
     * @return the sequence that the record will have, or one of {@link Outcome} as {@link #offer} returns them
     */
    public long claimTo(
            final PublishClaim claim,
            final int partition,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        checkRanges(NOTHING, 0, Math.min(keyLength, 0), NOTHING, 0, Math.min(valueLength, 0));
        checkPartition(partition);
        final long sequence = nextSequences[partition];
        final long admitted = admit(keyLength, valueLength);
        if (admitted < 0) {
            return admitted;
        }
        isClaimed = true;
        claim.wrap(
                this,
                windowBuffer,
                window.payloadOffset(),
                partition,
                RecordKind.DATA,
                eventTimeNs,
                keyLength,
                valueLength);
        return sequence;
    }

    /**
     * Publishes a tombstone: in a compacted topic it removes what was published before under its key.
     *
     * @param eventTimeNs in nanoseconds since the epoch
     * @param key         that holds the key
     * @param keyOffset   of the key
     * @param keyLength   of the key in bytes, 1 to 65,535
     * @return as {@link #offer} does
     * @throws IllegalArgumentException when there is no key
     */
    public long offerTombstone(
            final long eventTimeNs, final DirectBuffer key, final int keyOffset, final int keyLength) {
        if (keyLength < 1) {
            throw new IllegalArgumentException("a tombstone needs a key: keyLength=" + keyLength);
        }
        final int partition = partition(key, keyOffset, keyLength);
        return publish(partition, RecordKind.TOMBSTONE, eventTimeNs, key, keyOffset, keyLength, NOTHING, 0, 0);
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
     * Publishes a tick: the partition's clock comes as far as the time at which the log takes it. Nothing else is said by it.
     *
     * @param partition of the topic
     * @return as {@link #offer} does
     */
    public long tick(final int partition) {
        return publish(partition, RecordKind.TICK, 0, NOTHING, 0, 0, NOTHING, 0, 0);
    }

    /**
     * Publishes a record of another log as it is: of the same kind, with the same event time, key and value.
     *
     * @param partition of the topic
     * @param record    as a reader hands it out
     * @return as {@link #offer} does
     */
    public long forward(final int partition, final RecordFlyweight record) {
        final DirectBuffer buffer = record.buffer();
        return publish(
                partition,
                record.kind(),
                record.eventTimeNs(),
                buffer,
                record.keyOffset(),
                record.keyLength(),
                buffer,
                record.valueOffset(),
                record.valueLength());
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
     * Sends what has gathered, as far as the node takes it.
     *
     * @return whether nothing waits to be sent any more
     */
    public boolean flush() {
        if (window.hasUnsent() && link.isReady()) {
            window.send(sender, !isClaimed, heldSequences);
        }
        return !window.hasUnsent();
    }

    /**
     * Takes what the node has sent, sends what has gathered, and shows the node that this publisher is alive; connects again when the
     * session was lost. Never waits.
     *
     * @return how many messages were taken
     * @throws MillraceException once this publisher has ended, with the reason in one line; at every call
     */
    public int poll() {
        final int count = pollLink();
        if (link.failure() != null) {
            throw link.failure();
        }
        flush();
        return count;
    }

    /**
     * Waits until the log holds all that was published.
     *
     * @param timeoutNs to wait at most, in nanoseconds
     * @return whether it does; {@code false} when the time was over, or the thread interrupted
     * @throws MillraceException as {@link #poll()} does
     */
    public boolean awaitAcknowledged(final long timeoutNs) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (true) {
            final int count = poll();
            if (isFullyAcknowledged()) {
                return true;
            }
            if (System.nanoTime() - deadlineNs >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (count == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    /**
     * Up to which sequence the log holds what was published in this run.
     *
     * @param partition of the topic
     * @return sequence, or -1 for none yet
     */
    public long acknowledgedSequence(final int partition) {
        // The log may hold more, from an earlier run.
        return Math.min(events.acknowledgedSequences()[partition], nextSequences[partition] - 1);
    }

    /**
     * Tells whether the log holds all that was published.
     *
     * @return whether nothing is under way
     */
    public boolean isFullyAcknowledged() {
        for (int partition = 0; partition < partitionCount; partition++) {
            if (events.acknowledgedSequences()[partition] < nextSequences[partition] - 1) {
                return false;
            }
        }
        return true;
    }

    /**
     * How many records are kept because the node has not acknowledged them.
     *
     * @return records
     */
    public int unacknowledgedCount() {
        return window.recordCount();
    }

    /**
     * The epoch of the producer: whoever begins a later one ends this publisher.
     *
     * @return epoch, 1 or more
     */
    public int epoch() {
        return epoch;
    }

    /**
     * How often this publisher has connected again.
     *
     * @return times
     */
    public long reconnectCount() {
        return link.reconnectCount();
    }

    /**
     * Tells whether the session is open and the node at the other end.
     *
     * @return whether records can reach the node
     */
    public boolean isConnected() {
        return link.isConnected();
    }

    /**
     * Ends the session, after what has gathered was sent, if the node takes it within a second. What was published before still
     * reaches the node, but nobody hears its acknowledgement.
     */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            isClaimed = false;
            final long deadlineNs = System.nanoTime() + MAX_CLOSING_NS;
            while (!flush() && link.isConnected() && System.nanoTime() - deadlineNs < 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
            link.close();
        }
    }

    @Override
    public String toString() {
        return "Publisher{topic=" + topic + ", nextSequences=" + Arrays.toString(nextSequences)
                + ", acknowledgedSequences=" + Arrays.toString(events.acknowledgedSequences()) + ", " + window + '}';
    }

    long commit(final PublishClaim claim) {
        isClaimed = false;
        return add(
                claim.partition(),
                claim.kind(),
                claim.eventTimeNs(),
                claim.keyLength(),
                claim.keyLength() + claim.valueLength());
    }

    void abort() {
        isClaimed = false;
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
        checkRanges(key, keyOffset, keyLength, value, valueOffset, valueLength);
        checkPartition(partition);
        final long admitted = admit(keyLength, valueLength);
        if (admitted < 0) {
            return admitted;
        }
        final int payloadOffset = window.payloadOffset();
        if (keyLength > 0) {
            windowBuffer.putBytes(payloadOffset, key, keyOffset, keyLength);
        }
        if (valueLength > 0) {
            windowBuffer.putBytes(payloadOffset + keyLength, value, valueOffset, valueLength);
        }
        return add(partition, kind, eventTimeNs, keyLength, keyLength + valueLength);
    }

    /** Makes room for a record, or says why there is none. */
    private long admit(final int keyLength, final int valueLength) {
        if (isClaimed) {
            throw new IllegalStateException("a claim is open, commit or abort it first: topic=" + topic);
        }
        if (link.isEnded()) {
            return endOutcome();
        }
        if (epoch < 0) {
            throw new IllegalStateException("begin() was not called: topic=" + topic);
        }
        if (keyLength > RecordDescriptor.MAX_KEY_LENGTH || valueLength > maxRecordLength - keyLength) {
            return Outcome.RECORD_TOO_LONG;
        }
        final int length = keyLength + valueLength;
        // A message that is complete leaves before another one begins, unless there is nobody to send it to.
        if (!window.fitsOpen(length, maxBatchLength) && !flush() && link.isReady()) {
            pollLink();
            if (!flush() && link.isReady()) {
                return Outcome.BACK_PRESSURED;
            }
        }
        if (window.reserve(length, maxBatchLength)) {
            return 1;
        }
        flush();
        pollLink();
        if (window.reserve(length, maxBatchLength)) {
            return 1;
        }
        return link.isEnded() ? endOutcome() : Outcome.WINDOW_FULL;
    }

    private long add(
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int payloadLength) {
        final long sequence = nextSequences[partition];
        window.add(partition, kind, sequence, eventTimeNs, keyLength, payloadLength);
        nextSequences[partition] = sequence + 1;
        if (!window.hasInFlight() || window.openLength() >= maxBatchLength) {
            flush();
        }
        if ((++offeredCount & POLL_INTERVAL_MASK) == 0) {
            pollLink();
        }
        return sequence;
    }

    private int pollLink() {
        final int count = link.poll(FRAGMENT_LIMIT);
        final long nowNs = System.nanoTime();
        if (events.takeNews()) {
            onProgress(nowNs);
            window.release(events.acknowledgedSequences());
        } else if (!link.isReady() || !window.hasInFlight() && !hasSentAgain) {
            progressNs = nowNs;
        } else if (nowNs - progressNs > resendTimeoutNs) {
            progressNs = nowNs;
            onSilence();
        }
        return count;
    }

    private void onProgress(final long nowNs) {
        progressNs = nowNs;
        hasSentAgain = false;
    }

    /**
     * First it is taken for one message that was damaged so that nobody knew it, with nothing behind it that would show the hole. Where
     * that does not help, the stream itself is of no use any more: a foreign packet of another length in the place of one of ours leaves
     * a gap in it that nothing can fill.
     */
    private void onSilence() {
        if (hasSentAgain && link.renew("no progress after " + window.recordCount() + " records were sent again")) {
            return;
        }
        hasSentAgain = true;
        heldSequences = events.acknowledgedSequences().clone();
        window.rewind();
    }

    private long send(final PublishFrame message) {
        return link.ingress().publish(message, producer);
    }

    private long endOutcome() {
        final MillraceException failure = link.failure();
        return failure != null && failure.code() == ErrorCode.FENCED ? Outcome.FENCED : Outcome.CLOSED;
    }

    private int partition(final DirectBuffer key, final int keyOffset, final int keyLength) {
        return keyLength <= 0
                ? (int) ((keylessCount >>> STICKY_SHIFT) % partitionCount)
                : KeyHash.partition(key, keyOffset, keyLength, partitionCount);
    }

    private void onPartitioned(final int keyLength, final long result) {
        if (keyLength == 0 && result >= 0) {
            keylessCount++;
        }
    }

    private void checkPartition(final int partition) {
        if (partition < 0 || partition >= partitionCount) {
            throw new IndexOutOfBoundsException("partition must be from 0 to " + (partitionCount - 1) + ": topic="
                    + topic + " partition=" + partition);
        }
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

    /** A key that this end put into another partition than others do would have no order; null when both ends agree. */
    static MillraceException keyHashProblem(final String topic, final OpenedProducer opened) {
        return opened.keyHash() == KeyHashKind.MURMUR2_KAFKA.value()
                ? null
                : new MillraceException(
                        ErrorCode.CONFIGURATION,
                        "topic spreads its keys by a function that this client does not know: topic=" + topic
                                + " keyHash="
                                + opened.keyHash() + " known=" + KeyHashKind.MURMUR2_KAFKA.value()
                                + "; use a newer client");
    }

    /** The producer, opened in the first session and again in each that follows. */
    private final class ProducerOpening implements Link.Opening {
        @Override
        public String what() {
            return "open producer";
        }

        @Override
        public long send(final IngressProxy ingress, final long correlationId) {
            return ingress.openProducer(correlationId, topic, producerName, epoch);
        }

        @Override
        public boolean isOpened(final long correlationId) {
            return events.isOpened(correlationId);
        }

        @Override
        public void onLost() {
            // What is kept stays where it is.
        }

        @Override
        public MillraceException onOpened() {
            final OpenedProducer opened = events.opened();
            final long[] last = opened.lastSequences();
            final MillraceException problem = keyHashProblem(topic, opened);
            if (problem != null) {
                return problem;
            }
            if (last.length != partitionCount) {
                return new MillraceException(
                        ErrorCode.CONFIGURATION,
                        "the topic has other partitions than before: topic=" + topic + " before=" + partitionCount
                                + " now=" + last.length + "; start over with a new publisher");
            }
            for (int i = 0; i < partitionCount; i++) {
                final long acknowledged = acknowledgedSequence(i);
                events.acknowledgedSequences()[i] = acknowledged;
                if (acknowledged > last[i]) {
                    return new MillraceException(
                            ErrorCode.SEQUENCE_GAP,
                            "the log does not hold any more what it had acknowledged: topic=" + topic + " producer="
                                    + producerName + " partition=" + i + " acknowledged=" + acknowledged + " held="
                                    + last[i] + "; start over, and send from there on");
                }
            }
            producer = opened.handle();
            epoch = opened.epoch();
            heldSequences = last;
            onProgress(System.nanoTime());
            window.rewind();
            flush();
            return null;
        }
    }
}
