package io.millrace.transport.protocol;

import io.millrace.log.Durability;

/**
 * A topic in a list.
 *
 * @param name       of the topic
 * @param partitions of the topic
 * @param heldBytes  over all partitions
 * @param durability of its records
 * @param isInternal whether Millrace made it for itself
 */
public record TopicSummary(String name, int partitions, long heldBytes, Durability durability, boolean isInternal) {}
