package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;

/** Where a topology reads a topic. */
public final class SourceNode extends TopologyNode {
    private final Codec<?> codec;
    private long outOfOrdernessNs;

    /**
     * Creates a node.
     *
     * @param topic to read.
     * @param codec of its values.
     */
    public SourceNode(final String topic, final Codec<?> codec) {
        super(topic);
        this.codec = codec;
    }

    /**
     * Reads the topic's values.
     *
     * @return the codec.
     */
    public Codec<?> codec() {
        return codec;
    }

    /**
     * How far an event time may lie behind the largest seen.
     *
     * @return ns, at least 0.
     */
    public long outOfOrdernessNs() {
        return outOfOrdernessNs;
    }

    /**
     * Sets the out-of-orderness that is allowed for.
     *
     * @param newOutOfOrdernessNs in ns, at least 0.
     */
    public void outOfOrdernessNs(final long newOutOfOrdernessNs) {
        outOfOrdernessNs = newOutOfOrdernessNs;
    }

    @Override
    public String describe() {
        return "topic " + name() + " [" + codec.describe() + "]";
    }
}
