package io.millrace.torture;

import io.millrace.torture.net.RelayCounts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has gone over a cable since it was there.
 *
 * @param toNode   packets.
 * @param fromNode packets.
 * @param bytes    from the node.
 * @param dropped  packets that the kernel was told to lose.
 */
record LinkCounts(long toNode, long fromNode, long bytes, long dropped) {
    private static final Pattern RECEIVED = Pattern.compile("RX:[^\\n]*\\n\\s*([0-9]+)\\s+([0-9]+)");
    private static final Pattern DROPPED = Pattern.compile("\\(dropped ([0-9]+),");

    /**
     * Reads what the system says.
     *
     * @param nodeLink   of the node's end, what {@code ip -s link} says.
     * @param clientLink of the other end.
     * @param queues     what {@code tc -s qdisc} says of both ends; empty where there is no such program.
     */
    static LinkCounts of(final String nodeLink, final String clientLink, final String queues) {
        long dropped = 0;
        final Matcher drops = DROPPED.matcher(queues);
        while (drops.find()) {
            dropped += Long.parseLong(drops.group(1));
        }
        return new LinkCounts(received(nodeLink, 2), received(clientLink, 2), received(clientLink, 1), dropped);
    }

    private static long received(final String link, final int column) {
        final Matcher matcher = RECEIVED.matcher(link);
        return matcher.find() ? Long.parseLong(matcher.group(column)) : 0;
    }

    RelayCounts since(final LinkCounts before) {
        return new RelayCounts(
                toNode - before.toNode,
                fromNode - before.fromNode,
                bytes - before.bytes,
                dropped - before.dropped,
                0,
                0,
                0);
    }
}
