package io.millrace.transport.protocol;

import io.millrace.log.Durability;
import java.time.Duration;

/**
 * What a client says of a topic that it creates or alters; what it does not say stays as it is, or is the node's default.
 *
 * @param partitions           of a new topic, 0 not said
 * @param segmentLength        of a new topic in bytes, 0 not said
 * @param durability           of a new topic, null not said
 * @param retentionBytes       kept of each partition, 0 all, {@link #NOT_SAID}
 * @param retentionTimeNs      for which records are kept, 0 for ever, {@link #NOT_SAID}
 * @param tombstoneRetentionNs for which a compacted topic keeps tombstones, {@link #NOT_SAID}
 * @param compaction           1 to keep of each key only the latest record, 0 to keep all, {@link #NOT_SAID}
 */
public record TopicSettings(
        int partitions,
        int segmentLength,
        Durability durability,
        long retentionBytes,
        long retentionTimeNs,
        long tombstoneRetentionNs,
        int compaction) {
    /** What stands for a number that was not said. */
    public static final int NOT_SAID = -1;

    /** Nothing is said. */
    public static final TopicSettings DEFAULTS = new TopicSettings(0, 0, null, NOT_SAID, NOT_SAID, NOT_SAID, NOT_SAID);

    /**
     * Says how many partitions a new topic has.
     *
     * @param count 1 or more
     * @return the changed copy
     */
    public TopicSettings withPartitions(final int count) {
        return new TopicSettings(
                count, segmentLength, durability, retentionBytes, retentionTimeNs, tombstoneRetentionNs, compaction);
    }

    /**
     * Says how long the segments of a new topic are.
     *
     * @param length in bytes, a power of two
     * @return the changed copy
     */
    public TopicSettings withSegmentLength(final int length) {
        return new TopicSettings(
                partitions, length, durability, retentionBytes, retentionTimeNs, tombstoneRetentionNs, compaction);
    }

    /**
     * Says what the records of a new topic survive.
     *
     * @param kind of durability
     * @return the changed copy
     */
    public TopicSettings withDurability(final Durability kind) {
        return new TopicSettings(
                partitions, segmentLength, kind, retentionBytes, retentionTimeNs, tombstoneRetentionNs, compaction);
    }

    /**
     * Says how much of each partition is kept.
     *
     * @param bytes per partition, 0 for all
     * @return the changed copy
     */
    public TopicSettings withRetentionBytes(final long bytes) {
        return new TopicSettings(
                partitions, segmentLength, durability, bytes, retentionTimeNs, tombstoneRetentionNs, compaction);
    }

    /**
     * Says for how long records are kept.
     *
     * @param time that they are kept; zero for ever
     * @return the changed copy
     */
    public TopicSettings withRetentionTime(final Duration time) {
        return new TopicSettings(
                partitions,
                segmentLength,
                durability,
                retentionBytes,
                time.toNanos(),
                tombstoneRetentionNs,
                compaction);
    }

    /**
     * Says for how long a compacted topic keeps tombstones.
     *
     * @param time that they are kept
     * @return the changed copy
     */
    public TopicSettings withTombstoneRetention(final Duration time) {
        return new TopicSettings(
                partitions, segmentLength, durability, retentionBytes, retentionTimeNs, time.toNanos(), compaction);
    }

    /**
     * Says whether of each key only the latest record is kept.
     *
     * @param isCompacted true for such a topic
     * @return the changed copy
     */
    public TopicSettings withCompaction(final boolean isCompacted) {
        return new TopicSettings(
                partitions,
                segmentLength,
                durability,
                retentionBytes,
                retentionTimeNs,
                tombstoneRetentionNs,
                isCompacted ? 1 : 0);
    }
}
