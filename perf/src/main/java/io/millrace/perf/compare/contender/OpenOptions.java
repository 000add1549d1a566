package io.millrace.perf.compare.contender;

import java.nio.file.Path;

/**
 * How a contender is opened.
 *
 * @param directory       that it keeps its files in; exists.
 * @param memoryDirectory for what it keeps in memory, see {@link ContenderKind#memoryDirectory}; does not exist.
 * @param partitions      1 or more.
 * @param segmentLength   of files that it fills one after the other and that can be told, in bytes, a power of two.
 * @param capacity        bytes that a partition may come to, frames included.
 * @param appenders       most appenders that share a partition.
 * @param isForced        whether appenders wait for the disk.
 */
public record OpenOptions(
        Path directory,
        Path memoryDirectory,
        int partitions,
        int segmentLength,
        long capacity,
        int appenders,
        boolean isForced) {
    /** 128 MiB, the length that a Millrace topic has that says nothing. */
    public static final int DEFAULT_SEGMENT_LENGTH = 128 * 1024 * 1024;

    /**
     * The usual: one partition with one appender, files of the default length, not forced.
     *
     * @param directory       as above.
     * @param memoryDirectory as above.
     * @param capacity        as above.
     * @return the options.
     */
    public static OpenOptions usual(final Path directory, final Path memoryDirectory, final long capacity) {
        return new OpenOptions(directory, memoryDirectory, 1, DEFAULT_SEGMENT_LENGTH, capacity, 1, false);
    }

    /**
     * Changes the segment length.
     *
     * @param newSegmentLength as above.
     * @return the changed copy.
     */
    public OpenOptions withSegmentLength(final int newSegmentLength) {
        return new OpenOptions(directory, memoryDirectory, partitions, newSegmentLength, capacity, appenders, isForced);
    }

    /**
     * Changes how many partitions there are, and how many appenders each has.
     *
     * @param newPartitions as above.
     * @param newAppenders  as above.
     * @return the changed copy.
     */
    public OpenOptions sharedBy(final int newPartitions, final int newAppenders) {
        return new OpenOptions(
                directory, memoryDirectory, newPartitions, segmentLength, capacity, newAppenders, isForced);
    }

    /**
     * Makes appenders wait for the disk.
     *
     * @return the changed copy.
     */
    public OpenOptions forced() {
        return new OpenOptions(directory, memoryDirectory, partitions, segmentLength, capacity, appenders, true);
    }
}
