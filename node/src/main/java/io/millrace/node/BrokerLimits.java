package io.millrace.node;

import io.millrace.node.config.NodeSettings;

/**
 * How much of groups and queues a node takes. Looked at before a command is recorded: what was recorded under other limits stays.
 *
 * @param maxGroups           groups
 * @param maxQueues           queues
 * @param maxMembers          members of one group, and consumers of one queue
 * @param maxGroupPartitions  partitions that one group reads, over all its topics
 * @param maxOutstanding      messages of one queue that may be under way
 */
record BrokerLimits(int maxGroups, int maxQueues, int maxMembers, int maxGroupPartitions, int maxOutstanding) {
    static BrokerLimits of(final NodeSettings settings) {
        return new BrokerLimits(
                settings.value(NodeSettings.MAX_GROUPS),
                settings.value(NodeSettings.MAX_QUEUES),
                settings.value(NodeSettings.MAX_MEMBERS),
                settings.value(NodeSettings.MAX_GROUP_PARTITIONS),
                settings.value(NodeSettings.MAX_OUTSTANDING));
    }
}
