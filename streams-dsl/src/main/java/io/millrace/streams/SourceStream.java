package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.topology.SourceNode;
import java.time.Duration;

/**
 * The stream of a topic's values, where it is said how time runs in the topic.
 *
 * @param <V> type of the values.
 */
public final class SourceStream<V> extends Stream<V> {
    private static final Duration MAX_BOUND = Duration.ofNanos(1L << 60);

    private final SourceNode source;

    SourceStream(final Topology topology, final SourceNode source, final Codec<V> codec) {
        super(topology, source, codec);
        this.source = source;
    }

    /**
     * Sets how far the event time of a record may lie behind the largest one seen in its partition. The watermark stays
     * that far behind, so records in that bound are in time for every window.
     *
     * @param bound at least 0, which is what holds unless set.
     * @return this stream.
     */
    public SourceStream<V> outOfOrderness(final Duration bound) {
        if (bound.isNegative() || bound.compareTo(MAX_BOUND) > 0) {
            topology.mistake(
                    "source " + source.name(), "out-of-orderness must not be negative or above 36 years, is " + bound);
        } else {
            source.outOfOrdernessNs(bound.toNanos());
        }
        return this;
    }
}
