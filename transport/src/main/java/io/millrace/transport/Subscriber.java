package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.protocol.SubscribeRequest;
import java.util.Arrays;

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

    private final DeliveryEvents events;
    private final Connection connection;
    private final RecordForwarder forwarder = new RecordForwarder();

    private Subscriber(final SubscriberContext context) {
        events = new DeliveryEvents(context.topic());
        connection = Connection.open(context.settings(), events);
        try {
            final long correlationId = connection.nextCorrelationId();
            final SubscribeRequest request =
                    new SubscribeRequest(correlationId, context.topic(), context.goesOnWhenGone(), context.starts());
            connection.request(
                    "subscribe", correlationId, () -> connection.ingress().subscribe(request), events::isOpen);
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
        return events.nextPositions().length;
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
        events.begin(handler);
        connection.poll(limit);
        final int recordCount = events.end();
        if (events.failure() != null && recordCount == 0) {
            throw events.failure();
        }
        return recordCount;
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
        return events.nextPositions()[partition];
    }

    /**
     * How often reading went on behind what retention had removed, see {@link WhenGone#EARLIEST}.
     *
     * @return times, 0 when nothing was missed
     */
    public long goneCount() {
        return events.goneCount();
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
        return "Subscriber{topic=" + events.topic() + ", positions=" + Arrays.toString(events.nextPositions()) + '}';
    }

    private static final class RecordForwarder implements SubscriptionHandler {
        private RecordHandler target;

        @Override
        public void onRecord(final int partition, final RecordFlyweight record) {
            target.onRecord(record);
        }
    }
}
