package io.millrace.transport.protocol;

import java.util.List;

/**
 * What a node does with consumer groups for its clients: one call per command with a template id from 30 to 39. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface GroupCommands {
    /**
     * A client wants to be a member.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    default boolean onJoinGroup(final int clientId, final JoinGroupRequest request) {
        return true;
    }

    /**
     * A member says how far it is.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param member        id
     * @param entries       what it says
     * @return whether the command was taken
     */
    default boolean onCommitGroup(
            final int clientId, final long correlationId, final long member, final List<CommitEntry> entries) {
        return true;
    }

    /**
     * A member of a group or a consumer of a queue is alive.
     *
     * @param clientId of the ingress stream
     * @param member   id
     */
    default void onMemberAlive(final int clientId, final long member) {}

    /**
     * A member of a group or a consumer of a queue leaves.
     *
     * @param clientId of the ingress stream
     * @param member   id
     * @return whether the command was taken
     */
    default boolean onLeaveMember(final int clientId, final long member) {
        return true;
    }

    /**
     * A person wants to know of groups.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param groupName     of one group; empty for all
     * @return whether the command was taken
     */
    default boolean onDescribeGroups(final int clientId, final long correlationId, final String groupName) {
        return true;
    }

    /**
     * A person sets positions.
     *
     * @param clientId of the ingress stream
     * @param request  as it came
     * @return whether the command was taken
     */
    default boolean onResetGroup(final int clientId, final ResetGroupRequest request) {
        return true;
    }

    /**
     * A group is to be forgotten.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param groupName     of the group
     * @return whether the command was taken
     */
    default boolean onDeleteGroup(final int clientId, final long correlationId, final String groupName) {
        return true;
    }
}
