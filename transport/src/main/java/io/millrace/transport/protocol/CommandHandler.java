package io.millrace.transport.protocol;

/**
 * What a node does for its clients: one call per command of the protocol, all on one thread.
 *
 * <p>A call that returns a boolean may say no: {@code false} means "not now", nothing has happened, and the same command
 * comes again later; meanwhile nothing else is taken from that client, so that Aeron's flow control pushes back. A
 * client is known by the id of its ingress stream; what a client claims to be is in the session token it sends.
 */
public interface CommandHandler {
    /**
     * A client wants a session.
     *
     * @param clientId         of the ingress stream
     * @param correlationId    chosen by the client
     * @param protocolVersion  that the client speaks
     * @param responseStreamId on which the client listens
     * @param responseChannel  on which the client listens
     * @return whether the command was taken
     */
    boolean onConnect(
            int clientId, long correlationId, int protocolVersion, int responseStreamId, String responseChannel);

    /**
     * A client wants to publish under a name.
     *
     * @param clientId      of the ingress stream
     * @param session       token
     * @param correlationId chosen by the client
     * @param topic         to publish to
     * @param producerName  whose sequences the log knows
     * @return whether the command was taken
     */
    boolean onOpenProducer(int clientId, long session, long correlationId, String topic, String producerName);

    /**
     * A record arrived whole.
     *
     * @param clientId of the ingress stream
     * @param record   valid inside the call only
     * @return whether the command was taken
     */
    boolean onPublish(int clientId, PublishedRecord record);

    /**
     * A record arrived with a wrong checksum: nothing in it may be trusted.
     *
     * @param clientId of the ingress stream
     */
    void onCorruptRecord(int clientId);

    /**
     * A client wants to follow a topic.
     *
     * @param clientId       of the ingress stream
     * @param session        token
     * @param correlationId  chosen by the client
     * @param topic          to follow
     * @param startPositions one per partition, from 0; the last one counts for all further partitions
     * @return whether the command was taken
     */
    boolean onSubscribe(int clientId, long session, long correlationId, String topic, long[] startPositions);

    /**
     * A client shows that it is alive.
     *
     * @param clientId of the ingress stream
     * @param session  token
     */
    void onKeepAlive(int clientId, long session);

    /**
     * A client leaves.
     *
     * @param clientId of the ingress stream
     * @param session  token
     */
    void onClose(int clientId, long session);
}
