package io.millrace.torture.check;

/**
 * How much a consumer group has done.
 *
 * @param taken   records that members have processed; those that came again count again.
 * @param again   of these.
 * @param commits of single partitions that the node has taken.
 * @param refused times that it has not, since the partition was somebody else's.
 */
public record GroupTally(long taken, long again, long commits, long refused) {
    /** Nothing. */
    public static final GroupTally NONE = new GroupTally(0, 0, 0, 0);
}
