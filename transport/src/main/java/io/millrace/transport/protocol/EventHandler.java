package io.millrace.transport.protocol;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;

/** What a client hears from its node: one call per event of the protocol, all on the thread that polls. */
public interface EventHandler extends LiveEvents, TopicEvents, GroupEvents, QueueEvents, JobEvents {
    /**
     * The session is open.
     *
     * @param correlationId of the command answered
     * @param session       that is open
     */
    void onConnected(long correlationId, ConnectedSession session);

    /**
     * The node wants to know who the client is.
     *
     * @param correlationId of the command answered
     * @param nonce         to be answered
     */
    void onChallenge(long correlationId, byte[] nonce);

    /**
     * The node ends the session.
     *
     * @param correlationId of the command refused, or {@link ProtocolDescriptor#NO_CORRELATION}
     * @param code          of the error
     * @param message       one line for a person
     */
    void onRefused(long correlationId, ErrorCode code, String message);

    /**
     * The node does not do what one command asks; the session goes on.
     *
     * @param correlationId of the command
     * @param code          of the error
     * @param message       one line for a person
     */
    void onRejected(long correlationId, ErrorCode code, String message);

    /**
     * Records may be published.
     *
     * @param correlationId of the command answered
     * @param producer      that is open
     */
    void onProducerOpened(long correlationId, OpenedProducer producer);

    /**
     * The log holds all records of a partition up to this one.
     *
     * @param producer  handle in this session
     * @param partition of the topic
     * @param sequence  highest that is held
     */
    void onAcknowledge(int producer, int partition, long sequence);

    /**
     * Deliveries follow.
     *
     * @param correlationId of the command answered
     * @param subscription  handle in this session
     * @param durability    of what is delivered
     * @param positions     where each partition begins
     */
    void onSubscriptionOpened(long correlationId, int subscription, Durability durability, long[] positions);

    /**
     * Frames arrived with a right checksum.
     *
     * @param frames valid inside the call only
     * @return whether they were taken; {@code false} makes them come again
     */
    boolean onDeliver(DeliveredFrames frames);

    /**
     * What was to be delivered next has been removed.
     *
     * @param subscription  handle in this session
     * @param partition     of the topic
     * @param position      that was to come next
     * @param firstPosition that is still there
     * @param isResumed     whether delivery goes on there; else the subscription has ended
     */
    void onPositionGone(int subscription, int partition, long position, long firstPosition, boolean isResumed);

    /**
     * A client that reads the log by itself may do so up to here.
     *
     * @param subscription handle in this session
     * @param partition    of the topic
     * @param position     where reading ends for now
     */
    void onReadable(int subscription, int partition, long position);

    /** An event arrived with a wrong checksum: nothing in it may be trusted. */
    void onCorruptEvent();
}
