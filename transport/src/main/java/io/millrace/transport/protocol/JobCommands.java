package io.millrace.transport.protocol;

/**
 * What a node does with jobs for its clients: one call per command with a template id from 50 to 59. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface JobCommands {
    /**
     * A job runs in the client's process.
     *
     * @param clientId of the ingress stream
     * @param job      as it came
     * @return whether the command was taken
     */
    default boolean onRegisterJob(final int clientId, final JobRegistration job) {
        return true;
    }

    /**
     * A job says what it has done.
     *
     * @param clientId of the ingress stream
     * @param jobKey   of the job's process
     * @param report   as it came
     */
    default void onReportJob(final int clientId, final long jobKey, final JobReport report) {}

    /**
     * A person wants to know what jobs there are.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param after         only names behind this one; empty for all
     * @return whether the command was taken
     */
    default boolean onListJobs(final int clientId, final long correlationId, final String after) {
        return true;
    }

    /**
     * A person wants a job to stop.
     *
     * @param clientId      of the ingress stream
     * @param correlationId chosen by the client
     * @param name          of the job
     * @return whether the command was taken
     */
    default boolean onStopJob(final int clientId, final long correlationId, final String name) {
        return true;
    }
}
