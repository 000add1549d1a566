package io.millrace.transport.protocol;

/**
 * Where a group is to go on.
 *
 * @param correlationId chosen by the client
 * @param groupName of the group
 * @param topic of the group; empty for all
 * @param partition of the topic; -1 for all
 * @param start where to go on
 */
public record ResetGroupRequest(long correlationId, String groupName, String topic, int partition, StartPoint start) {}
