package io.millrace.torture.net;

/** Which way a datagram goes. */
public enum Direction {
    /** From a client to the node. */
    TO_NODE,
    /** From the node to a client. */
    FROM_NODE;

    /**
     * The other way.
     *
     * @return direction of what is answered.
     */
    public Direction opposite() {
        return this == TO_NODE ? FROM_NODE : TO_NODE;
    }
}
