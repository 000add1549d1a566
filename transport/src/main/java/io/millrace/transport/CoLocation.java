package io.millrace.transport;

/** Whether a {@link Subscriber} on the node's machine reads the node's log by itself. */
public enum CoLocation {
    /**
     * Reads the log straight from its mapping when the node runs on this machine, its store can be read by this process, and the
     * node has let the subscription in; over the wire otherwise. What is handed out is the same.
     */
    AUTO,
    /** Always over the wire. */
    NEVER
}
