package io.millrace.node.config;

/** What the threads of a node do while there is nothing to do. */
public enum Idling {
    /** What the profile says. */
    PROFILE,
    /** Look again at once; takes a core each. */
    SPIN,
    /** Let others run, then look again; takes a core each while nobody else wants it. */
    YIELD,
    /** Spin, then yield, then sleep for up to 0.1 ms. */
    BACKOFF,
    /** Sleep for a millisecond. */
    SLEEP
}
