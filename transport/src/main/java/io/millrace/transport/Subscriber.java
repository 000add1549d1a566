package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import java.util.Arrays;
import org.agrona.CloseHelper;

/**
 * Follows all partitions of a topic of a node: first what the log holds from the start positions on, then what is appended,
 * with no gap and no duplicate. One thread.
 *
 * <p>When the session is lost, {@link #poll} opens another one and goes on at the positions that were taken last.
 *
 * <p>When the node runs on this machine and this process may read its store, records come straight from the mapping of the log, see
 * {@link CoLocation}. When others follow the same topic, what is appended may come from a stream that all of them share, see
 * {@link LiveSharing}.
 *
 * <p>The log is the buffer: a subscriber that is slow stalls only itself and loses nothing, since the node reads the log for it alone
 * whenever it is behind. {@link #poll} wants to be called now and then all the same; a node drops a client that is
 * silent for long.
 */
public final class Subscriber implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private final DeliveryEvents events;
    private final SubscriptionOpening opening;
    private final LiveFollower live;
    private final Link link;
    private final RecordForwarder forwarder = new RecordForwarder();

    private Subscriber(final SubscriberContext context) {
        events = new DeliveryEvents(context.topic());
        opening = new SubscriptionOpening(context);
        live = context.mayShareLive() && LiveFollower.canListen(context.settings())
                ? new LiveFollower(context.settings().responseEndpoint(), events)
                : null;
        try {
            link = new Link(context.settings(), events, opening, context.reconnectTimeoutNs());
        } catch (final RuntimeException ex) {
            opening.closeLog();
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
     * @throws MillraceException once this subscriber has ended, with the reason in one line; at every call
     */
    public int poll(final SubscriptionHandler handler, final int limit) {
        events.begin(handler);
        link.poll(limit);
        if (isCoLocated()) {
            opening.log.poll(limit);
        } else if (opening.isLive && link.isReady()) {
            live.poll(link, limit);
        }
        final int recordCount = events.end();
        if (link.failure() != null && recordCount == 0) {
            throw link.failure();
        }
        return recordCount;
    }

    /**
     * Takes records that have arrived, for a handler that need not know the partition.
     *
     * @param handler that takes each record
     * @param limit   of messages to take; a message holds one record or a few
     * @return how many records were taken
     * @throws MillraceException once this subscriber has ended, with the reason in one line; at every call
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
     * How often this subscriber has connected again; it has gone on where it was, with no gap and no duplicate.
     *
     * @return times
     */
    public long reconnectCount() {
        return link.reconnectCount();
    }

    /**
     * How often something of the shared stream was lost, or came later than this subscriber could wait for, so that the node has delivered
     * records for it alone from where it stood; see {@link LiveSharing}.
     *
     * @return times, counted for each partition
     */
    public long replayCount() {
        return live == null ? 0 : live.handover().replayCount();
    }

    /**
     * How many partitions take their records from the shared stream now, see {@link LiveSharing}.
     *
     * @return partitions
     */
    public int sharedPartitionCount() {
        return live == null ? 0 : live.handover().followedCount();
    }

    /**
     * Tells whether the session is open and the node at the other end.
     *
     * @return whether records can arrive
     */
    public boolean isConnected() {
        return link.isConnected();
    }

    /**
     * Tells whether records come straight from the mapping of the log, not over the wire. The node says so a moment after the
     * subscription is open.
     *
     * @return whether this subscriber reads the log by itself now
     */
    public boolean isCoLocated() {
        return opening.log != null && events.isReadable() && link.isReady();
    }

    /** Ends the session. */
    @Override
    public void close() {
        opening.closeLog();
        CloseHelper.quietClose(live);
        link.close();
    }

    @Override
    public String toString() {
        return "Subscriber{topic=" + events.topic() + ", positions=" + Arrays.toString(events.nextPositions()) + '}';
    }

    /** The subscription: in the first session from where the context says, in each that follows from where this one stands. */
    private final class SubscriptionOpening implements Link.Opening {
        private final SubscriberContext context;
        private CoLocatedLog log;
        private long logCorrelationId;
        private boolean isLive;

        private SubscriptionOpening(final SubscriberContext context) {
            this.context = context;
        }

        @Override
        public String what() {
            return "subscribe";
        }

        @Override
        public long send(final IngressProxy ingress, final long correlationId) {
            final long[] positions = events.nextPositions();
            final StartPoint[] starts = positions.length == 0 ? context.starts() : new StartPoint[positions.length];
            for (int i = 0; i < positions.length; i++) {
                starts[i] = positions[i] < 0 ? StartPoint.NONE : StartPoint.atPosition(positions[i]);
            }
            if (logCorrelationId != correlationId && context.mayReadLog()) {
                // Before the node is asked, since it is to be told who reads.
                logCorrelationId = correlationId;
                closeLog();
                log = CoLocatedLog.open(events, context.goesOnWhenGone());
            }
            return ingress.subscribe(new SubscribeRequest(
                    correlationId, context.topic(), context.goesOnWhenGone(), log != null, starts));
        }

        @Override
        public boolean isOpened(final long correlationId) {
            final boolean isOpened = events.isOpened(correlationId);
            if (isOpened && live != null && !isLive) {
                live.onOpened();
                isLive = log == null;
            }
            return isOpened;
        }

        @Override
        public void onLost() {
            closeLog();
            isLive = false;
            if (live != null) {
                live.onLost();
            }
            events.onLost();
        }

        private void closeLog() {
            CloseHelper.quietClose(log);
            log = null;
        }

        @Override
        public MillraceException onOpened() {
            return null;
        }
    }

    private static final class RecordForwarder implements SubscriptionHandler {
        private RecordHandler target;

        @Override
        public void onRecord(final int partition, final RecordFlyweight record) {
            target.onRecord(record);
        }
    }
}
