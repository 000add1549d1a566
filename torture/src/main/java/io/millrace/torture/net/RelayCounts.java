package io.millrace.torture.net;

/**
 * What a relay has done.
 *
 * @param toNode     datagrams that came in on their way to the node.
 * @param fromNode   datagrams that came in on their way from it.
 * @param bytes      of these.
 * @param lost       of them, cut off ones included.
 * @param duplicated of them.
 * @param corrupted  of them.
 * @param reordered  of them: sent on behind one that came in later.
 */
public record RelayCounts(
        long toNode, long fromNode, long bytes, long lost, long duplicated, long corrupted, long reordered) {
    /** Nothing. */
    public static final RelayCounts NONE = new RelayCounts(0, 0, 0, 0, 0, 0, 0);

    /**
     * Adds what another relay has done.
     *
     * @param other relay.
     * @return the sum.
     */
    public RelayCounts plus(final RelayCounts other) {
        return new RelayCounts(
                toNode + other.toNode,
                fromNode + other.fromNode,
                bytes + other.bytes,
                lost + other.lost,
                duplicated + other.duplicated,
                corrupted + other.corrupted,
                reordered + other.reordered);
    }
}
