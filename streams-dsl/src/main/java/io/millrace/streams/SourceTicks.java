package io.millrace.streams;

/**
 * Has ticks appended to sources whose log is kept elsewhere, and of which the job's store has a mirror. What it appends comes back
 * through the mirror.
 */
@FunctionalInterface
public interface SourceTicks {
    /**
     * Asks for a tick at the end of a partition, as something is due there and nothing comes. Returns at once, and is asked again
     * and again until something has come. Called by the threads of the job, which share the partitions.
     *
     * @param topic     that the job reads.
     * @param partition of the topic.
     */
    void request(String topic, int partition);
}
