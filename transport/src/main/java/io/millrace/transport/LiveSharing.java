package io.millrace.transport;

/** Whether a {@link Subscriber} takes what is appended from a stream that the node sends to many at once. */
public enum LiveSharing {
    /**
     * Shares a live feed where the node has one, and has records delivered for itself whenever it is behind that or has lost some of it.
     * What is handed out is the same. The feed arrives at another UDP port of the address of {@code responseEndpoint}.
     */
    AUTO,
    /** Has all records delivered for itself. */
    NEVER
}
