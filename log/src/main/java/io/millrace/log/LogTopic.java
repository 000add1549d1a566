package io.millrace.log;

import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.List;

/** A named set of partitions. */
public final class LogTopic {
    private final int id;
    private final LogPartition[] partitions;

    /** Replaced as a whole when the topic is altered. */
    private volatile TopicSpec spec;

    /** What this topic is made from; the list is replaced as a whole. */
    private volatile List<LogTopic> sources = List.of();

    /** Names of what it was made from and is not there any more. */
    private final List<String> goneSources = new ArrayList<>();

    private volatile boolean isDerived;

    /** Whether the next cut has to take this topic further. The forcer's thread only. */
    private boolean isNeeded;

    LogTopic(final int id, final TopicSpec spec, final LogPartition[] partitions) {
        this.id = id;
        this.spec = spec;
        this.partitions = partitions;
        for (final LogPartition partition : partitions) {
            partition.owner(this);
        }
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
     * What the topic is, as it was created or last altered.
     *
     * @return specification with the segment length filled in.
     */
    public TopicSpec spec() {
        return spec;
    }

    /** Makes it what it was altered to. By one thread at a time. */
    void spec(final TopicSpec newSpec) {
        spec = newSpec;
    }

    /** Says that records of this topic are made from records of another. By one thread at a time. */
    void addSource(final LogTopic source) {
        final List<LogTopic> all = new ArrayList<>(sources);
        all.add(source);
        sources = List.copyOf(all);
        isDerived = true;
    }

    /** Takes back {@link #addSource}; the topic is cut like a derived one all the same. By one thread at a time. */
    void removeSource(final LogTopic source) {
        final List<LogTopic> all = new ArrayList<>(sources);
        all.remove(source);
        sources = List.copyOf(all);
    }

    /** Says that records of this topic are made from those of one that is not there any more. By one thread at a time. */
    void addGoneSource(final String name) {
        goneSources.add(name);
        isDerived = true;
    }

    /** What the topic's file says that it is made from. By one thread at a time. */
    List<String> sourceNames() {
        final List<String> names = new ArrayList<>(goneSources);
        sources.forEach(source -> names.add(source.name()));
        return names;
    }

    boolean isDerived() {
        return isDerived;
    }

    List<LogTopic> sources() {
        return sources;
    }

    /** Whether this topic is another, or is made from it over any number of steps. */
    boolean descendsFrom(final LogTopic other) {
        return this == other || sources.stream().anyMatch(source -> source.descendsFrom(other));
    }

    /** Counts the steps from a topic that is made from nothing, on the longest way. */
    int rank() {
        return sources.stream().mapToInt(source -> source.rank() + 1).max().orElse(0);
    }

    /** Has the next cut take this topic further, and what it is made from with it. */
    void need() {
        if (!isNeeded) {
            isNeeded = true;
            sources.forEach(LogTopic::need);
        }
    }

    boolean isNeeded() {
        return isNeeded;
    }

    void clearNeed() {
        isNeeded = false;
    }

    /** Marks how far each partition is committed. */
    void markCommitted() {
        for (final LogPartition partition : partitions) {
            partition.markCommitted();
        }
    }

    /** Refuses appends to every partition and waits a moment for open claims; true when none is left open. */
    boolean seal() {
        boolean isComplete = true;
        for (final LogPartition partition : partitions) {
            isComplete &= partition.seal();
        }
        return isComplete;
    }

    /** Gives up all partitions of a topic that is deleted. With the agents held back. */
    void discard(final MillraceException reason) {
        for (final LogPartition partition : partitions) {
            partition.discard(reason);
        }
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
