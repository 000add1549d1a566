package io.millrace.log;

import io.millrace.log.error.OneLine;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.segment.SegmentDescriptor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What a topic is to be. Immutable: each setter returns a changed copy. */
public final class TopicSpec {
    /** Most partitions that a topic can have. */
    public static final int MAX_PARTITIONS = 4096;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private static final long DEFAULT_TOMBSTONE_RETENTION_NS = TimeUnit.HOURS.toNanos(24);

    // Set once, between the copy's creation and its return.
    private final String name;
    private int partitions = 1;
    private int segmentLength;
    private boolean isInternal;
    private Durability durability = Durability.PROCESS;
    private long retentionBytes;
    private long retentionTimeNs;
    private boolean isCompacted;
    private long tombstoneRetentionNs = DEFAULT_TOMBSTONE_RETENTION_NS;
    private String keyHash = KeyHash.ID;
    private boolean isMirror;

    private TopicSpec(final String name) {
        this.name = name;
    }

    private TopicSpec(final TopicSpec other) {
        name = other.name;
        partitions = other.partitions;
        segmentLength = other.segmentLength;
        isInternal = other.isInternal;
        durability = other.durability;
        retentionBytes = other.retentionBytes;
        retentionTimeNs = other.retentionTimeNs;
        isCompacted = other.isCompacted;
        tombstoneRetentionNs = other.tombstoneRetentionNs;
        keyHash = other.keyHash;
        isMirror = other.isMirror;
    }

    /**
     * Starts a specification: one partition, the store's default segment length, not internal, kept for ever.
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
        return new TopicSpec(name);
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
        final TopicSpec copy = new TopicSpec(this);
        copy.partitions = newPartitions;
        return copy;
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
        final TopicSpec copy = new TopicSpec(this);
        copy.segmentLength = SegmentDescriptor.checkLength(newSegmentLength);
        return copy;
    }

    /**
     * Marks a topic as one that Millrace made for itself, such as an exchange.
     *
     * @param newInternal true for such a topic.
     * @return the changed copy.
     */
    public TopicSpec internal(final boolean newInternal) {
        final TopicSpec copy = new TopicSpec(this);
        copy.isInternal = newInternal;
        return copy;
    }

    /**
     * Sets how much of each partition is kept. Whole segments are removed, oldest first, as long as this much remains
     * without them.
     *
     * @param newRetentionBytes bytes per partition, 0 for all; default 0.
     * @return the changed copy.
     * @throws IllegalArgumentException when it is negative.
     */
    public TopicSpec retentionBytes(final long newRetentionBytes) {
        if (newRetentionBytes < 0) {
            throw new IllegalArgumentException("retention must not be negative: bytes=" + newRetentionBytes);
        }
        final TopicSpec copy = new TopicSpec(this);
        copy.retentionBytes = newRetentionBytes;
        return copy;
    }

    /**
     * Sets for how long records are kept. A segment is removed when the log times of all its records lie further back than
     * this from the store's clock.
     *
     * @param newRetentionTime age, more than zero, up to 292 years; null for ever; default null.
     * @return the changed copy.
     * @throws IllegalArgumentException when it is not more than zero or too long.
     */
    public TopicSpec retentionTime(final Duration newRetentionTime) {
        final TopicSpec copy = new TopicSpec(this);
        copy.retentionTimeNs = newRetentionTime == null ? 0 : nanos("retention time", newRetentionTime, 1);
        return copy;
    }

    /**
     * Chooses whether of each key only the latest record is kept. Records without a key stay, and so do positions: what was
     * dropped leaves a gap. The segment that is appended to is not compacted.
     *
     * @param newCompacted true for such a topic; default false.
     * @return the changed copy.
     */
    public TopicSpec compacted(final boolean newCompacted) {
        final TopicSpec copy = new TopicSpec(this);
        copy.isCompacted = newCompacted;
        return copy;
    }

    /**
     * Sets for how long a compacted topic keeps {@link io.millrace.log.record.RecordKind#TOMBSTONE}s, so that readers
     * that lag behind learn of the deletion.
     *
     * @param newTombstoneRetention age in log time, zero or more, up to 292 years; default 24 hours.
     * @return the changed copy.
     * @throws IllegalArgumentException when it is negative or too long.
     */
    public TopicSpec tombstoneRetention(final Duration newTombstoneRetention) {
        final TopicSpec copy = new TopicSpec(this);
        copy.tombstoneRetentionNs = nanos("tombstone retention", newTombstoneRetention, 0);
        return copy;
    }

    /**
     * Names the function by which records with a key are spread over the partitions, see {@link KeyHash}. It belongs to the topic, so
     * that a key lands in the same partition whichever program of whichever release sends it.
     *
     * @param newKeyHash name of the function; there is only {@link KeyHash#ID}, the default.
     * @return the changed copy.
     * @throws IllegalArgumentException when there is no such function.
     */
    public TopicSpec keyHash(final String newKeyHash) {
        if (!KeyHash.ID.equals(newKeyHash)) {
            throw new IllegalArgumentException(
                    "no such key hash: " + OneLine.of(newKeyHash) + "; there is only " + KeyHash.ID);
        }
        final TopicSpec copy = new TopicSpec(this);
        copy.keyHash = newKeyHash;
        return copy;
    }

    /**
     * Marks a topic as the copy of one in another store: its records keep their positions and everything else, and only a
     * {@link MirrorAppender} puts them there. See {@link LogStore#createMirror}.
     *
     * @param newMirror true for such a topic; default false.
     * @return the changed copy.
     */
    public TopicSpec mirror(final boolean newMirror) {
        final TopicSpec copy = new TopicSpec(this);
        copy.isMirror = newMirror;
        return copy;
    }

    private static long nanos(final String what, final Duration duration, final long least) {
        try {
            final long ns = duration.toNanos();
            if (ns >= least) {
                return ns;
            }
        } catch (final ArithmeticException ignored) {
            // Too long for a number of ns: refused like one that is too short.
        }
        throw new IllegalArgumentException(what + " must be from " + least + " ns to 292 years: " + duration);
    }

    /**
     * Sets what the topic's records survive.
     *
     * @param newDurability of the topic.
     * @return the changed copy.
     */
    public TopicSpec durability(final Durability newDurability) {
        final TopicSpec copy = new TopicSpec(this);
        copy.durability = Objects.requireNonNull(newDurability, "durability");
        return copy;
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

    /**
     * How much of each partition is kept.
     *
     * @return bytes, 0 for all.
     */
    public long retentionBytes() {
        return retentionBytes;
    }

    /**
     * For how long records are kept.
     *
     * @return age, null for ever.
     */
    public Duration retentionTime() {
        return retentionTimeNs == 0 ? null : Duration.ofNanos(retentionTimeNs);
    }

    /** Age in ns, 0 for ever. */
    long retentionTimeNs() {
        return retentionTimeNs;
    }

    /**
     * Tells whether of each key only the latest record is kept.
     *
     * @return true for such a topic.
     */
    public boolean isCompacted() {
        return isCompacted;
    }

    /**
     * For how long a compacted topic keeps tombstones.
     *
     * @return age in log time.
     */
    public Duration tombstoneRetention() {
        return Duration.ofNanos(tombstoneRetentionNs);
    }

    long tombstoneRetentionNs() {
        return tombstoneRetentionNs;
    }

    /**
     * What the topic's records survive.
     *
     * @return durability, never null.
     */
    public Durability durability() {
        return durability;
    }

    /**
     * The function by which records with a key are spread over the partitions.
     *
     * @return name of the function.
     */
    public String keyHash() {
        return keyHash;
    }

    /**
     * Tells whether the topic is the copy of one in another store.
     *
     * @return true for such a topic.
     */
    public boolean isMirror() {
        return isMirror;
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
                && isInternal == spec.isInternal
                && durability == spec.durability
                && retentionBytes == spec.retentionBytes
                && retentionTimeNs == spec.retentionTimeNs
                && isCompacted == spec.isCompacted
                && tombstoneRetentionNs == spec.tombstoneRetentionNs
                && keyHash.equals(spec.keyHash)
                && isMirror == spec.isMirror;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name,
                partitions,
                segmentLength,
                isInternal,
                durability,
                retentionBytes,
                retentionTimeNs,
                isCompacted,
                tombstoneRetentionNs,
                keyHash,
                isMirror);
    }

    @Override
    public String toString() {
        return "TopicSpec{name=" + name + ", partitions=" + partitions + ", segmentLength=" + segmentLength
                + ", internal=" + isInternal + ", durability=" + durability + ", retentionBytes=" + retentionBytes
                + ", retentionTime="
                + retentionTime() + ", compacted=" + isCompacted + ", tombstoneRetention=" + tombstoneRetention()
                + ", keyHash=" + keyHash + (isMirror ? ", mirror=true" : "") + '}';
    }
}
