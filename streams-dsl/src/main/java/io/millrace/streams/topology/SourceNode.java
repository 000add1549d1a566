package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import java.util.function.ToLongFunction;

/**
 * A topic that is read.
 */
public final class SourceNode extends TopologyNode {
    private final Codec<?> codec;
    private SourceTime time = SourceTime.DEFAULT;
    private ToLongFunction<?> eventTime;

    /**
     * Creates the node.
     *
     * @param topic that is read; also the node's name.
     * @param codec that reads the values.
     */
    public SourceNode(final String topic, final Codec<?> codec) {
        super(topic);
        this.codec = codec;
    }

    /**
     * How the values are read.
     *
     * @return the codec, as a description.
     */
    public Codec<?> codec() {
        return codec;
    }

    /**
     * How time passes in the topic.
     *
     * @return bounds of its event times.
     */
    public SourceTime time() {
        return time;
    }

    /**
     * Sets how time passes in the topic.
     *
     * @param newTime bounds of its event times.
     */
    public void time(final SourceTime newTime) {
        time = newTime;
    }

    /**
     * Where event times come from.
     *
     * @return reads the event time of a value in ns since the epoch; null where the record's own is taken.
     */
    public ToLongFunction<?> eventTime() {
        return eventTime;
    }

    /**
     * Sets where event times come from.
     *
     * @param newEventTime reads the event time of a value in ns since the epoch.
     */
    public void eventTime(final ToLongFunction<?> newEventTime) {
        eventTime = newEventTime;
    }

    @Override
    public String describe() {
        return "topic " + name() + " [" + codec.describe() + "]";
    }
}
