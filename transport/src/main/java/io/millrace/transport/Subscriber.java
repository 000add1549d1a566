package io.millrace.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;

/**
 * Follows all partitions of a topic of a node: first what the log holds from the start positions on, then what is appended,
 * with no gap and no duplicate. One thread.
 *
 * <p>The node reads the log for each subscriber apart, and the log is the buffer: a subscriber that is slow stalls only
 * itself and loses nothing. {@link #poll} wants to be called now and then all the same; a node drops a client that is
 * silent for long.
 */
public final class Subscriber implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private final Events events;
    private final Connection connection;
    private final RecordForwarder forwarder = new RecordForwarder();

    private Subscriber(final SubscriberContext context) {
        events = new Events(context.topic());
        connection = Connection.open(context.settings(), events);
        try {
            final long correlationId = connection.nextCorrelationId();
            final long[] startPositions = context.startPositions();
            connection.request(
                    "subscribe",
                    () -> connection.ingress().subscribe(correlationId, context.topic(), startPositions),
                    () -> events.isOpen);
        } catch (final RuntimeException ex) {
            connection.close();
            throw ex;
        }
    }

    /**
     * Connects to a node and subscribes there; waits for it as long as the context allows.
     *
     * @param context with the settings
     * @return the subscriber
     * @throws MillraceException when the settings are wrong, no node answers, or the node refuses (no such topic, …)
     */
    public static Subscriber connect(final SubscriberContext context) {
        return new Subscriber(context.conclude());
    }

    /**
     * How many partitions the topic has.
     *
     * @return partitions
     */
    public int partitionCount() {
        return events.nextPositions.length;
    }

    /**
     * Takes records that have arrived, from all partitions.
     *
     * @param handler that takes each record
     * @param limit   of messages to take; a message holds one record or a few
     * @return how many records were taken
     * @throws MillraceException once the node has ended the session, or what arrived is corrupt; at every call
     */
    public int poll(final SubscriptionHandler handler, final int limit) {
        events.handler = handler;
        events.recordCount = 0;
        connection.poll(limit);
        events.handler = null;
        final RuntimeException thrown = events.thrown;
        if (thrown != null) {
            events.thrown = null;
            throw thrown;
        }
        if (events.failure() != null && events.recordCount == 0) {
            throw events.failure();
        }
        return events.recordCount;
    }

    /**
     * Takes records that have arrived, for a handler that need not know the partition.
     *
     * @param handler that takes each record
     * @param limit   of messages to take; a message holds one record or a few
     * @return how many records were taken
     * @throws MillraceException once the node has ended the session, or what arrived is corrupt; at every call
     */
    public int poll(final RecordHandler handler, final int limit) {
        forwarder.target = handler;
        return poll(forwarder, limit);
    }

    /**
     * Up to where a partition has been taken; a later subscriber that starts here misses nothing and repeats nothing.
     *
     * @param partition of the topic
     * @return position of the next record
     */
    public long position(final int partition) {
        return events.nextPositions[partition];
    }

    /**
     * Tells whether the session is open and the node at the other end.
     *
     * @return whether records can arrive
     */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Ends the session. */
    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "Subscriber{topic=" + events.topic + ", positions=" + Arrays.toString(events.nextPositions) + '}';
    }

    private static final class RecordForwarder implements SubscriptionHandler {
        private RecordHandler target;

        @Override
        public void onRecord(final int partition, final RecordFlyweight record) {
            target.onRecord(record);
        }
    }

    private static final class Events extends SessionEvents {
        private final String topic;
        private final RecordFlyweight record = new RecordFlyweight();
        private final ExpandableArrayBuffer longFrame = new ExpandableArrayBuffer();
        private int longFrameLength;
        private boolean isOpen;
        private int subscription;
        private long[] nextPositions = new long[0];
        private SubscriptionHandler handler;
        private int recordCount;
        private RuntimeException thrown;

        private Events(final String topic) {
            this.topic = topic;
        }

        @Override
        public void onSubscriptionOpened(final long correlationId, final int subscription, final long[] positions) {
            this.subscription = subscription;
            this.nextPositions = positions;
            this.isOpen = true;
        }

        @Override
        public boolean onDeliver(final DeliveredFrames frames) {
            if (handler == null) {
                // Still in the handshake: the first records wait for the first poll.
                return false;
            }
            if (failure() != null || !isOpen || frames.subscription() != subscription) {
                return true;
            }
            final int partition = frames.partition();
            if (partition < 0 || partition >= nextPositions.length) {
                fail(ErrorCode.CORRUPT, "delivery of an unknown partition: topic=" + topic + " partition=" + partition);
                return true;
            }
            if (frames.fromPosition() > nextPositions[partition]) {
                fail(
                        ErrorCode.CORRUPT,
                        "gap in delivery: topic=" + topic + " partition=" + partition + " expected="
                                + nextPositions[partition] + " actual=" + frames.fromPosition());
                return true;
            }
            try {
                if (frames.flags() == ProtocolDescriptor.FLAGS_WHOLE) {
                    onFrames(partition, frames);
                } else {
                    onPiece(partition, frames);
                }
                return true;
            } catch (final RuntimeException ex) {
                thrown = ex;
                return false;
            }
        }

        @Override
        public void onCorruptDelivery() {
            fail(
                    ErrorCode.CORRUPT,
                    "delivery checksum mismatch: topic=" + topic + "; subscribe again from the last positions");
        }

        private void onFrames(final int partition, final DeliveredFrames frames) {
            final int end = frames.offset() + frames.length();
            int offset = frames.offset();
            long position = frames.position();
            while (offset < end) {
                final int remaining = end - offset;
                final int length = remaining < RecordDescriptor.HEADER_LENGTH
                        ? 0
                        : frames.buffer().getInt(offset + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
                if (length < RecordDescriptor.HEADER_LENGTH || length > remaining) {
                    fail(
                            ErrorCode.CORRUPT,
                            "delivered frame is broken: topic=" + topic + " partition=" + partition + " position="
                                    + position + " length=" + length + " remaining=" + remaining);
                    return;
                }
                record.wrap(frames.buffer(), offset, length, position);
                hand(partition);
                offset += RecordDescriptor.align(length);
                position += RecordDescriptor.align(length);
            }
        }

        private void onPiece(final int partition, final DeliveredFrames frames) {
            final boolean isFirst = (frames.flags() & ProtocolDescriptor.FLAG_FIRST) != 0;
            final int index = isFirst ? 0 : longFrameLength;
            final int length = index + frames.length();
            if (length > RecordDescriptor.MAX_RECORD_LENGTH) {
                fail(
                        ErrorCode.CORRUPT,
                        "delivered frame is too long: topic=" + topic + " partition=" + partition
                                + " position=" + frames.position() + " length=" + length + " max="
                                + RecordDescriptor.MAX_RECORD_LENGTH);
                return;
            }
            longFrame.putBytes(index, frames.buffer(), frames.offset(), frames.length());
            if ((frames.flags() & ProtocolDescriptor.FLAG_LAST) != 0) {
                record.wrap(longFrame, 0, length, frames.position());
                hand(partition);
                longFrameLength = 0;
            } else {
                longFrameLength = length;
            }
        }

        private void hand(final int partition) {
            // A handler that threw in the middle of a message sees only the rest of it again; behind a damaged record
            // there is nothing to hand out.
            if (failure() != null || record.position() < nextPositions[partition]) {
                return;
            }
            if (!record.isChecksumValid()) {
                fail(
                        ErrorCode.CORRUPT,
                        "record checksum mismatch: topic=" + topic + " partition=" + partition + " position="
                                + record.position() + "; the node's log is damaged there, run millrace log verify");
                return;
            }
            handler.onRecord(partition, record);
            nextPositions[partition] = record.nextPosition();
            recordCount++;
        }
    }
}
