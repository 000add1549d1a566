package io.millrace.transport.protocol;

import java.util.List;

/**
 * What a client says when it joins a group.
 *
 * @param correlationId chosen by the client
 * @param memberKey chosen at random, kept over reconnects
 * @param leaseNs silence after which it is taken for dead, in ns
 * @param isFromEnd whether the group begins a topic that is new to it at its end
 * @param topics that the member reads
 * @param groupName of the group
 * @param memberName for people
 */
public record JoinGroupRequest(
        long correlationId,
        long memberKey,
        long leaseNs,
        boolean isFromEnd,
        List<String> topics,
        String groupName,
        String memberName) {}
