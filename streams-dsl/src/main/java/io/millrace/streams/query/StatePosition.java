package io.millrace.streams.query;

/**
 * Where in a task's input its state was read: what it says is true of all records before the position, and of none behind.
 *
 * @param topic     that the task reads: a source, or the exchange in front of the step.
 * @param partition of the topic.
 * @param position  in bytes, of the first record that is not in the state.
 */
public record StatePosition(String topic, int partition, long position) {
    @Override
    public String toString() {
        return topic + "/" + partition + "@" + position;
    }
}
