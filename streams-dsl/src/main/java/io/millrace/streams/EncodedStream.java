package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.TopologyNode;

/** A stream of messages that are written as they are made: all that is left to say is where to. */
public final class EncodedStream {
    private final Topology topology;
    private final TopologyNode node;
    private final Codec<?> codec;

    EncodedStream(final Topology topology, final TopologyNode node, final Codec<?> codec) {
        this.topology = topology;
        this.node = node;
        this.codec = codec;
    }

    /**
     * Writes the messages to a topic, which is made if it does not exist.
     *
     * @param topic to write; a record goes to the partition that its key's hash names.
     */
    public void to(final String topic) {
        topology.addOutput(topic);
        node.add(new SinkNode(topic, codec));
    }
}
