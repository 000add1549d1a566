package io.millrace.log;

/** A named set of partitions. */
public final class LogTopic {
    private final int id;
    private final TopicSpec spec;
    private final LogPartition[] partitions;

    LogTopic(final int id, final TopicSpec spec, final LogPartition[] partitions) {
        this.id = id;
        this.spec = spec;
        this.partitions = partitions;
    }

    /**
     * The topic's name.
     *
     * @return name, unique in the store.
     */
    public String name() {
        return spec.name();
    }

    /**
     * The topic's number, written into its segments.
     *
     * @return number, unique in the store and never used again.
     */
    public int id() {
        return id;
    }

    /**
     * The number of partitions.
     *
     * @return 1 to {@link TopicSpec#MAX_PARTITIONS}.
     */
    public int partitionCount() {
        return partitions.length;
    }

    /**
     * Finds a partition.
     *
     * @param index from 0 to {@code partitionCount() - 1}.
     * @return the partition, always the same object.
     * @throws IllegalArgumentException when there is no such partition.
     */
    public LogPartition partition(final int index) {
        if (index < 0 || index >= partitions.length) {
            throw new IllegalArgumentException("no such partition: topic=" + name() + " partition=" + index
                    + "; allowed are 0 to " + (partitions.length - 1));
        }
        return partitions[index];
    }

    /**
     * What the topic was created as.
     *
     * @return specification with the segment length filled in.
     */
    public TopicSpec spec() {
        return spec;
    }

    /** Closes every partition, also when one fails: an open one would go on appending to a directory given up. */
    void close() {
        RuntimeException failure = null;
        for (final LogPartition partition : partitions) {
            try {
                partition.close();
            } catch (final RuntimeException ex) {
                failure = LogStore.first(failure, ex);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return "LogTopic{id=" + id + ", " + spec + '}';
    }
}
