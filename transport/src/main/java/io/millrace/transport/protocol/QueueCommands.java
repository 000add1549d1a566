package io.millrace.transport.protocol;

/**
 * What a node does with queues for its clients: one call per command with a template id from 40 to 49. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface QueueCommands {
    /**
     * A queue is to be there.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    default boolean onCreateQueue(final int clientId, final CreateQueueRequest request) {
        return true;
    }

    /**
     * A client wants to consume a queue.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    default boolean onAttachQueue(final int clientId, final AttachQueueRequest request) {
        return true;
    }

    /**
     * A consumer says what became of messages.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    default boolean onSettleMessages(final int clientId, final SettleRequest request) {
        return true;
    }

    /**
     * A person wants to know of queues.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param queueName     of one queue; empty for all
     * @return whether the command was taken
     */
    default boolean onDescribeQueues(final int clientId, final long correlationId, final String queueName) {
        return true;
    }

    /**
     * A queue is to be forgotten.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param queueName     of the queue
     * @return whether the command was taken
     */
    default boolean onDeleteQueue(final int clientId, final long correlationId, final String queueName) {
        return true;
    }
}
