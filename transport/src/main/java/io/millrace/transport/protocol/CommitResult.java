package io.millrace.transport.protocol;

/**
 * What became of a commit for a partition.
 *
 * @param topicIndex of the group
 * @param partition of the topic
 * @param epoch of the ownership
 * @param endPosition of the partition at this time
 * @param isAccepted false when the partition is not the member's under this epoch
 */
public record CommitResult(int topicIndex, int partition, long epoch, long endPosition, boolean isAccepted) {}
