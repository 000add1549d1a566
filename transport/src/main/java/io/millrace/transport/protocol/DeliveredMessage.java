package io.millrace.transport.protocol;

/**
 * One delivery of a message of a queue.
 *
 * @param member id of the consumer
 * @param partition of the queue's topic
 * @param position of the message
 * @param delivery number of the delivery, from 1
 */
public record DeliveredMessage(long member, int partition, long position, int delivery) {}
