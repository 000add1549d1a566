package io.millrace.transport.protocol;

/**
 * What a queue is to be.
 *
 * @param correlationId chosen by the client
 * @param queueName of the queue
 * @param topic whose records it hands out
 * @param deadLetterTopic where messages go that were delivered as often as they may be
 * @param leaseNs how long a consumer may hold a message, in ns
 * @param maxDeliveries at least 1
 * @param maxOutstanding messages delivered and not settled, at least 1
 * @param isFromEnd whether only what comes is handed out
 */
public record CreateQueueRequest(
        long correlationId,
        String queueName,
        String topic,
        String deadLetterTopic,
        long leaseNs,
        int maxDeliveries,
        int maxOutstanding,
        boolean isFromEnd) {}
