package io.millrace.transport.protocol;

/**
 * What a job has done so far.
 *
 * @param state      of it
 * @param recordsIn  that it has read
 * @param recordsOut that it has made
 * @param lagBytes   that it has still to read, or {@link #UNKNOWN_LAG}
 * @param problem    why it failed, in a line; else empty
 */
public record JobReport(JobState state, long recordsIn, long recordsOut, long lagBytes, String problem) {
    /** Lag of a job that cannot tell. */
    public static final long UNKNOWN_LAG = -1;

    /** Of a job that has just begun. */
    public static final JobReport NOTHING_YET = new JobReport(JobState.RUNNING, 0, 0, UNKNOWN_LAG, "");

    /**
     * The same in another state.
     *
     * @param newState of the job
     * @param why      it failed, in a line; else empty
     * @return another report
     */
    public JobReport with(final JobState newState, final String why) {
        return new JobReport(newState, recordsIn, recordsOut, lagBytes, why);
    }
}
