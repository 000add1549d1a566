package io.millrace.log.segment;

/**
 * Names the partition that a segment belongs to.
 *
 * @param topic     name of the topic.
 * @param topicId   its number in the store.
 * @param partition index of the partition.
 */
public record PartitionId(String topic, int topicId, int partition) {
    @Override
    public String toString() {
        return "topic=" + topic + " partition=" + partition;
    }
}
