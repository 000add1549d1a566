package io.millrace.transport.protocol;

/**
 * A partition that is a member's from now on.
 *
 * @param member id
 * @param topicIndex of the group
 * @param topic name
 * @param partition of the topic
 * @param partitionCount of the topic
 * @param epoch of the ownership
 * @param position that is committed: of the next record to process
 */
public record AssignedPartition(
        long member, int topicIndex, String topic, int partition, int partitionCount, long epoch, long position) {}
