package io.millrace.transport.protocol;

import io.millrace.log.TopicSpec;
import java.util.List;

/**
 * What a topic is, and what its partitions hold.
 *
 * @param topicId        of the topic; one that is created anew under the name gets another
 * @param spec           of the topic
 * @param firstPartition of those described; 0 when all are
 * @param partitions     what they hold
 */
public record TopicDescription(int topicId, TopicSpec spec, int firstPartition, List<PartitionRange> partitions) {
    /**
     * What a partition holds.
     *
     * @param beginPosition   of the first record that is left
     * @param endPosition     behind the last record
     * @param durablePosition before which everything survives a loss of power
     */
    public record PartitionRange(long beginPosition, long endPosition, long durablePosition) {}
}
