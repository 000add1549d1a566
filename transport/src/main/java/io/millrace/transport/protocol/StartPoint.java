package io.millrace.transport.protocol;

import io.millrace.transport.codec.StartKind;

/**
 * Where the delivery of a partition begins.
 *
 * @param kind  what {@code value} means
 * @param value a byte position, or a log time in ns since the epoch; else 0
 */
public record StartPoint(StartKind kind, long value) {
    /** The first record that the log still holds. */
    public static final StartPoint BEGIN = new StartPoint(StartKind.BEGIN, 0);

    /** The end of the log at the time of the call. */
    public static final StartPoint END = new StartPoint(StartKind.END, 0);

    /** Nowhere: nothing of the partition is delivered. */
    public static final StartPoint NONE = new StartPoint(StartKind.NONE, 0);

    /**
     * The first record at or behind a position.
     *
     * @param position in the partition, 0 or more
     * @return start point
     */
    public static StartPoint atPosition(final long position) {
        return new StartPoint(StartKind.POSITION, position);
    }

    /**
     * The first record that the log took at a time or later.
     *
     * @param logTimeNs in nanoseconds since the epoch
     * @return start point
     */
    public static StartPoint atLogTime(final long logTimeNs) {
        return new StartPoint(StartKind.LOG_TIME, logTimeNs);
    }
}
