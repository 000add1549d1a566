package io.millrace.transport.protocol;

/**
 * A job that runs in a client's process.
 *
 * @param correlationId chosen by the client
 * @param jobKey        chosen at random by the job's process, the same in all its sessions
 * @param leaseNs       silence after which the job is taken for lost
 * @param startedMs     since the epoch
 * @param pid           of its process
 * @param name          of the job
 * @param host          of its process
 * @param topology      what it does, in a line
 */
public record JobRegistration(
        long correlationId,
        long jobKey,
        long leaseNs,
        long startedMs,
        long pid,
        String name,
        String host,
        String topology) {}
