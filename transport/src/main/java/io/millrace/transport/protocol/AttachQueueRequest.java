package io.millrace.transport.protocol;

/**
 * What a client says when it comes to consume a queue.
 *
 * @param correlationId chosen by the client
 * @param memberKey chosen at random, kept over reconnects
 * @param leaseNs silence after which it is taken for dead, in ns
 * @param credit messages that it wants to hold at most
 * @param queueName of the queue
 * @param memberName for people
 */
public record AttachQueueRequest(
        long correlationId, long memberKey, long leaseNs, int credit, String queueName, String memberName) {}
