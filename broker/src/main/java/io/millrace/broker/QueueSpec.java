package io.millrace.broker;

/**
 * What a queue is.
 *
 * @param name            of the queue.
 * @param topic           whose records it hands out.
 * @param deadLetterTopic where messages go that were delivered as often as they may be.
 * @param leaseNs         how long a consumer may hold a message, in ns, greater than 0.
 * @param maxDeliveries   at least 1.
 * @param maxOutstanding  messages delivered and not done with, at least 1.
 */
public record QueueSpec(
        String name, String topic, String deadLetterTopic, long leaseNs, int maxDeliveries, int maxOutstanding) {}
