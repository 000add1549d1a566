package io.millrace.transport.protocol;

/**
 * What became of a settlement of a message.
 *
 * @param partition of the queue's topic
 * @param position of the message
 * @param delivery number of the delivery
 * @param isAccepted false when the consumer does not hold the message under this delivery
 */
public record SettleResult(int partition, long position, int delivery, boolean isAccepted) {}
