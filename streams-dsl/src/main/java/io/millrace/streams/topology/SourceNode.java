package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import java.util.function.ToLongFunction;

/**
 * A topic that is read.
 */
public final class SourceNode extends TopologyNode {
    private final Codec<?> codec;
    private final Object tombstone;
    private SourceTime time = SourceTime.DEFAULT;
    private ToLongFunction<?> eventTime;

    /**
     * Creates the node of a topic that is read as a stream: its tombstones are left out.
     *
     * @param topic that is read; also the node's name.
     * @param codec that reads the values.
     */
    public SourceNode(final String topic, final Codec<?> codec) {
        this(topic, codec, null);
    }

    /**
     * Creates the node.
     *
     * @param topic     that is read; also the node's name.
     * @param codec     that reads the values.
     * @param tombstone what is handed on for a tombstone, of the codec's type; null to leave them out.
     * @param <V>       type of the values.
     */
    public <V> SourceNode(final String topic, final Codec<V> codec, final V tombstone) {
        super(topic);
        this.codec = codec;
        this.tombstone = tombstone;
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
     * What the deletes in the topic become.
     *
     * @return what is handed on for a tombstone; null where they are left out.
     */
    public Object tombstone() {
        return tombstone;
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
        return "topic " + name() + " [" + codec.describe() + (tombstone == null ? "]" : ", deletes]");
    }
}
