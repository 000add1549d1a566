package io.millrace.broker;

/**
 * Where a message lies.
 *
 * @param partition    of the queue's topic.
 * @param position     of the message.
 * @param nextPosition of what follows it.
 */
public record MessagePlace(int partition, long position, long nextPosition) {}
