package io.millrace.transport.protocol;

import io.millrace.log.error.ErrorCode;

/** What a client hears from its node: one call per event of the protocol, all on the thread that polls. */
public interface EventHandler {
    /**
     * The session is open.
     *
     * @param correlationId   of the command answered
     * @param session         token for all later commands
     * @param protocolVersion that the node speaks
     */
    void onConnected(long correlationId, long session, int protocolVersion);

    /**
     * The node ends the session.
     *
     * @param correlationId of the command refused, or {@link ProtocolDescriptor#NO_CORRELATION}
     * @param code          of the error
     * @param message       one line for a person
     */
    void onRefused(long correlationId, ErrorCode code, String message);

    /**
     * Records may be published.
     *
     * @param correlationId   of the command answered
     * @param producer        handle in this session
     * @param producerId      that the log stores
     * @param maxRecordLength of key and value together, in bytes
     * @param lastSequences   that the log holds, one per partition, -1 for none
     */
    void onProducerOpened(long correlationId, int producer, int producerId, int maxRecordLength, long[] lastSequences);

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
     * @param positions     where each partition begins
     */
    void onSubscriptionOpened(long correlationId, int subscription, long[] positions);

    /**
     * Frames arrived with a right checksum.
     *
     * @param frames valid inside the call only
     * @return whether they were taken; {@code false} makes them come again
     */
    boolean onDeliver(DeliveredFrames frames);

    /** Frames arrived with a wrong checksum: nothing in them may be trusted. */
    void onCorruptDelivery();
}
