package io.millrace.broker;

/**
 * One delivery of a message.
 *
 * @param partition of the queue's topic.
 * @param position  of the message.
 * @param delivery  number of the delivery, from 1.
 */
public record MessageDelivery(int partition, long position, int delivery) {}
