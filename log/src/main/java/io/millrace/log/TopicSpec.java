package io.millrace.log;

import io.millrace.log.error.OneLine;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.segment.SegmentDescriptor;
import java.util.Objects;
import java.util.regex.Pattern;

/** What a topic is to be. Immutable: each setter returns a changed copy. */
public final class TopicSpec {
    /** Most partitions that a topic can have. */
    public static final int MAX_PARTITIONS = 4096;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private final String name;
    private final int partitions;
    private final int segmentLength;
    private final boolean isInternal;

    private TopicSpec(final String name, final int partitions, final int segmentLength, final boolean isInternal) {
        this.name = name;
        this.partitions = partitions;
        this.segmentLength = segmentLength;
        this.isInternal = isInternal;
    }

    /**
     * Starts a specification: one partition, the store's default segment length, not internal.
     *
     * @param name of the topic: 1 to 249 letters, digits, dots, underscores and hyphens, but not "." or "..".
     * @return the specification.
     * @throws IllegalArgumentException when the name is not allowed.
     */
    public static TopicSpec named(final String name) {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "topic name must be 1 to 249 letters, digits, '.', '_' or '-', and not '.' or '..': "
                            + OneLine.of(name));
        }
        return new TopicSpec(name, 1, 0, false);
    }

    /**
     * Sets the number of partitions.
     *
     * @param newPartitions 1 to {@link #MAX_PARTITIONS}.
     * @return the changed copy.
     * @throws IllegalArgumentException when it is out of range.
     */
    public TopicSpec partitions(final int newPartitions) {
        if (newPartitions < 1 || newPartitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException("partitions must be from 1 to " + MAX_PARTITIONS + ": " + newPartitions);
        }
        return new TopicSpec(name, newPartitions, segmentLength, isInternal);
    }

    /**
     * Sets the length of each segment file. It bounds the records too, see
     * {@link RecordDescriptor#maxRecordLength(int)}.
     *
     * @param newSegmentLength power of two from 64 KiB to 1 GiB, in bytes.
     * @return the changed copy.
     * @throws IllegalArgumentException when it is not.
     */
    public TopicSpec segmentLength(final int newSegmentLength) {
        return new TopicSpec(name, partitions, SegmentDescriptor.checkLength(newSegmentLength), isInternal);
    }

    /**
     * Marks a topic as one that Millrace made for itself, such as an exchange.
     *
     * @param newInternal true for such a topic.
     * @return the changed copy.
     */
    public TopicSpec internal(final boolean newInternal) {
        return new TopicSpec(name, partitions, segmentLength, newInternal);
    }

    /**
     * The topic's name.
     *
     * @return name, never null.
     */
    public String name() {
        return name;
    }

    /**
     * The number of partitions.
     *
     * @return 1 to {@link #MAX_PARTITIONS}.
     */
    public int partitions() {
        return partitions;
    }

    /**
     * The length of each segment file.
     *
     * @return bytes, or 0 for the store's default.
     */
    public int segmentLength() {
        return segmentLength;
    }

    /**
     * Tells whether Millrace made the topic for itself.
     *
     * @return true for such a topic.
     */
    public boolean isInternal() {
        return isInternal;
    }

    /** Fills in the default, if the length was left open. */
    TopicSpec withDefaultSegmentLength(final int defaultLength) {
        return segmentLength == 0 ? segmentLength(defaultLength) : this;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof TopicSpec spec
                && name.equals(spec.name)
                && partitions == spec.partitions
                && segmentLength == spec.segmentLength
                && isInternal == spec.isInternal;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, partitions, segmentLength, isInternal);
    }

    @Override
    public String toString() {
        return "TopicSpec{name=" + name + ", partitions=" + partitions + ", segmentLength=" + segmentLength
                + ", internal=" + isInternal + '}';
    }
}
