package io.millrace.transport.protocol;

/**
 * What a node does for its clients: one call per command of the protocol, all on one thread.
 *
 * <p>A call that returns a boolean may say no: {@code false} means "not now", nothing has happened, and the same command
 * comes again later; meanwhile nothing else is taken from that client, so that Aeron's flow control pushes back. A
 * client is known by the id of its ingress stream. Before any other call than {@link #onConnect} and {@link #onAuthenticate},
 * {@link #isSession} was asked whether the token in the command is the client's, so that no call needs to see it.
 */
public interface CommandHandler extends LiveCommands, TopicCommands, GroupCommands, QueueCommands, JobCommands {
    /**
     * Tells whether a token is that of the client's open session. Asked for every command, before anything in it is looked at.
     *
     * @param clientId  of the ingress stream
     * @param tokenHigh first half of the token in the command
     * @param tokenLow  second half
     * @return whether the command is to be looked at
     */
    boolean isSession(int clientId, long tokenHigh, long tokenLow);

    /**
     * A client wants a session.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    boolean onConnect(int clientId, ConnectRequest request);

    /**
     * A client that was challenged answers.
     *
     * @param clientId      of the ingress stream
     * @param correlationId of its Connect
     * @param clientNonce   of any length
     * @param proof         of any length
     * @return whether the command was taken
     */
    boolean onAuthenticate(int clientId, long correlationId, byte[] clientNonce, byte[] proof);

    /**
     * A client wants to publish under a name.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param topic         to publish to
     * @param producerName  whose sequences the log knows
     * @param epoch         that the client has begun, or {@link ProtocolDescriptor#NEW_EPOCH}
     * @return whether the command was taken
     */
    boolean onOpenProducer(int clientId, long correlationId, String topic, String producerName, int epoch);

    /**
     * Records arrived.
     *
     * @param clientId of the ingress stream
     * @param records  valid inside the call only
     * @return whether they were taken, all of them; when the call comes again, those that were taken come again too
     */
    boolean onPublish(int clientId, PublishedRecords records);

    /**
     * A command arrived with a wrong checksum: nothing in it may be trusted.
     *
     * @param clientId of the ingress stream
     */
    void onCorruptCommand(int clientId);

    /**
     * A client wants to follow a topic.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    boolean onSubscribe(int clientId, SubscribeRequest request);

    /**
     * A client follows no more.
     *
     * @param clientId     of the ingress stream
     * @param subscription handle
     */
    void onUnsubscribe(int clientId, int subscription);

    /**
     * A client shows that it is alive.
     *
     * @param clientId of the ingress stream
     */
    void onKeepAlive(int clientId);

    /**
     * A client leaves.
     *
     * @param clientId of the ingress stream
     */
    void onClose(int clientId);
}
