package io.millrace.transport.protocol;

/**
 * What a node does with topics for its clients: one call per command with a template id from 20 to 29. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface TopicCommands {
    /**
     * A client wants a topic.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param name          as it came
     * @param settings      as they came
     * @return whether the command was taken
     */
    boolean onCreateTopic(int clientId, long correlationId, String name, TopicSettings settings);

    /**
     * A client wants to know what topics there are.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param after         only names behind this one; empty for all
     * @param hasInternal   whether those count that Millrace made for itself
     * @return whether the command was taken
     */
    boolean onListTopics(int clientId, long correlationId, String after, boolean hasInternal);

    /**
     * A client wants to know what a topic is.
     *
     * @param clientId       of the ingress stream
     * @param correlationId  chosen by the client
     * @param name           as it came
     * @param firstPartition from which on partitions are described
     * @return whether the command was taken
     */
    boolean onDescribeTopic(int clientId, long correlationId, String name, int firstPartition);

    /**
     * A client wants a topic to be kept in another way.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param name          as it came
     * @param settings      as they came
     * @return whether the command was taken
     */
    boolean onAlterTopic(int clientId, long correlationId, String name, TopicSettings settings);

    /**
     * A client wants a topic to be gone.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param name          as it came
     * @param isForced      although others need it
     * @return whether the command was taken
     */
    boolean onDeleteTopic(int clientId, long correlationId, String name, boolean isForced);
}
