package io.millrace.transport.protocol;

/**
 * How far a member is with a partition.
 *
 * @param topicIndex of the group
 * @param partition of the topic
 * @param epoch of the ownership
 * @param position of the next record to process; -1 leaves it as it is
 * @param isRelease whether it lets go of the partition
 */
public record CommitEntry(int topicIndex, int partition, long epoch, long position, boolean isRelease) {}
