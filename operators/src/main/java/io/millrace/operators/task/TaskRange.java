package io.millrace.operators.task;

import io.millrace.log.record.RecordDescriptor;

/**
 * Which part of its partition a task reads, and from where on its outputs are heard. Positions at which records begin, or
 * the end of the partition.
 *
 * @param start      where the task begins when it has no checkpoint; {@link #BEGINNING} for the beginning of the partition.
 * @param end        where it reads no further; {@link #UNBOUNDED} for never.
 * @param isEndFinal true when the input has its end there, with a final watermark; false when the task stops there only, and may go
 *                   on in another run.
 * @param liveFrom   below which it is muted: it makes no output but to exchanges; 0 for never.
 */
public record TaskRange(long start, long end, boolean isEndFinal, long liveFrom) {
    /** No start is set. */
    public static final long BEGINNING = -1;

    /** There is no such position. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** All of a partition, every output of it heard. */
    public static final TaskRange ALL = new TaskRange(BEGINNING, UNBOUNDED, false, 0);

    /**
     * Tells whether the task is muted at a position.
     *
     * @param position where it reads next.
     * @return true when what comes next is not heard.
     */
    public boolean isMutedAt(final long position) {
        return !isReached(liveFrom, position);
    }

    /**
     * Tells whether a task has read all that it is to read.
     *
     * @param position where it reads next.
     * @return true when nothing is left before the end.
     */
    public boolean isEndReached(final long position) {
        return isReached(end, position);
    }

    // Too little room for a record is no room: a partition's position stands before the unused bytes at a segment's end
    // or behind them.
    static boolean isReached(final long limit, final long position) {
        return limit - position < RecordDescriptor.HEADER_LENGTH;
    }
}
