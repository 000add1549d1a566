package io.millrace.node.config;

/** What a node is to be good at; it decides for the settings of threads that are not set themselves. */
public enum Profile {
    /** Answers as fast as the machine can: a core each for the node, the sender and the receiver, which never sleep. */
    LOW_LATENCY,
    /** Answers within about 0.1 ms when idle, at little cost: one thread for the network, which sleeps when there is nothing. */
    BALANCED,
    /** Costs next to nothing when idle: threads sleep for up to a millisecond. */
    FRUGAL
}
