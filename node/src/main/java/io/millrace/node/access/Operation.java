package io.millrace.node.access;

import java.util.Locale;

/** What a principal may be allowed to do with a topic. */
public enum Operation {
    /** Subscribe, and see that the topic is there and what it is. */
    READ,
    /** Publish. */
    WRITE,
    /** Create the topic. */
    CREATE,
    /** Delete the topic. */
    DELETE,
    /** Alter the topic. */
    ADMIN,
    /** Take part in groups and queues over the topic, and look at them and reset them. */
    GROUP,
    /** Run a job under the name, see that it runs, and stop it: here the pattern is that of jobs' names. */
    JOB;

    /**
     * As it is written in a file.
     *
     * @return name in lower case
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
