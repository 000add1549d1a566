package io.millrace.log;

/** What the records of a topic survive, from when on. Named for the worst that they get through. */
public enum Durability {
    /**
     * The end of the process, however it comes, from the commit on. A loss of power may take what is younger than the last
     * durable cut, see {@link LogContext#cutIntervalNs()}.
     */
    PROCESS,
    /**
     * A loss of power, from the moment on at which the partition's durable position has passed them. The log forces
     * them as soon as they are committed, as many at once as have come while it forced the ones before.
     */
    POWER
}
