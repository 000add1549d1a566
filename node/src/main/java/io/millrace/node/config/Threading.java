package io.millrace.node.config;

/** How many threads the embedded media driver has. */
public enum Threading {
    /** What the profile says. */
    PROFILE,
    /** One for all it does. */
    SHARED,
    /** One for sending and receiving, one for the rest. */
    SHARED_NETWORK,
    /** One each for sending, receiving and the rest. */
    DEDICATED
}
