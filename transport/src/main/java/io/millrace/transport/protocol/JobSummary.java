package io.millrace.transport.protocol;

/**
 * A job in a list.
 *
 * @param name      of the job
 * @param jobKey    of its process
 * @param host      of its process
 * @param pid       of its process
 * @param startedMs when it started, since the epoch
 * @param restarts  how often the name was taken over from a job that failed or was lost
 * @param topology  what it does, in a line
 * @param report    what it said last; its state as the node sees it
 */
public record JobSummary(
        String name,
        long jobKey,
        String host,
        long pid,
        long startedMs,
        int restarts,
        String topology,
        JobReport report) {}
