package io.millrace.broker;

/**
 * How far an owner is with a partition.
 *
 * @param topicIndex of the group's topics.
 * @param partition  of the topic.
 * @param epoch      of the ownership.
 * @param position   of the next record to process; -1 leaves it as it is.
 * @param isRelease  whether it lets go of the partition.
 */
public record PartitionCommit(int topicIndex, int partition, long epoch, long position, boolean isRelease) {}
