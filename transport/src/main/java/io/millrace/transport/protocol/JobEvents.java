package io.millrace.transport.protocol;

import java.util.List;

/** What a client hears of jobs: one call per event with a template id from 150 to 159, on the thread that polls. */
public interface JobEvents {
    /**
     * The client's job is in the node's list.
     *
     * @param correlationId of the command answered
     */
    default void onJobRegistered(final long correlationId) {}

    /**
     * Somebody wants the client's job to stop in order.
     *
     * @param jobKey of the job's process
     */
    default void onStopRequested(final long jobKey) {}

    /**
     * There are these jobs.
     *
     * @param correlationId of the command answered
     * @param jobs          a page of them, in the order of their names
     * @param hasMore       whether there are more behind the last one
     */
    default void onJobs(final long correlationId, final List<JobSummary> jobs, final boolean hasMore) {}

    /**
     * A job has been told to stop.
     *
     * @param correlationId of the command answered
     * @param jobKey        of the job's process
     */
    default void onJobStopping(final long correlationId, final long jobKey) {}

    /**
     * Another process has taken the name of the client's job.
     *
     * @param jobKey of the client's job
     */
    default void onJobReplaced(final long jobKey) {}
}
