package io.millrace.transport.protocol;

import java.util.List;

/** What a client hears of consumer groups: one call per event with a template id from 130 to 139, on the thread that polls. */
public interface GroupEvents {
    /**
     * The client is a member.
     *
     * @param correlationId of the command answered
     * @param member        id
     * @param generation    of the group's assignment
     */
    default void onGroupJoined(final long correlationId, final long member, final long generation) {}

    /**
     * A partition is the member's from now on.
     *
     * @param partition with its epoch and where to begin
     */
    default void onPartitionAssigned(final AssignedPartition partition) {}

    /**
     * A partition is to be let go of, or is lost.
     *
     * @param member     id
     * @param topicIndex of the group
     * @param partition  of the topic
     * @param epoch      of the ownership
     * @param isLost     whether it is the member's no more
     */
    default void onPartitionRevoked(
            final long member, final int topicIndex, final int partition, final long epoch, final boolean isLost) {}

    /**
     * What became of a commit.
     *
     * @param correlationId of the command answered
     * @param member        id
     * @param entries       as they were sent
     */
    default void onGroupCommitted(final long correlationId, final long member, final List<CommitResult> entries) {}

    /**
     * The lease of a member of a group or a consumer of a queue has passed.
     *
     * @param member id
     */
    default void onMemberGone(final long member) {}

    /**
     * What a person wanted to know, or that what was asked is done.
     *
     * @param correlationId of the command answered
     * @param lines         each ends with a line feed, columns parted by a tab
     */
    default void onDescribed(final long correlationId, final String lines) {}
}
