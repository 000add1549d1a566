package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.topology.TopologyNode;

/**
 * A stream whose records of one key stand in one partition, in the order in which the exchange took them.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class KeyedStream<K, V> {
    private final Topology topology;
    private final TopologyNode node;
    private final Codec<V> codec;
    private final Codec<K> keyCodec;

    KeyedStream(final Topology topology, final TopologyNode node, final Codec<V> codec, final Codec<K> keyCodec) {
        this.topology = topology;
        this.node = node;
        this.codec = codec;
        this.keyCodec = keyCodec;
    }

    /**
     * Puts the records of each key into windows by event time.
     *
     * @param name    of the step, unique in the topology; its state is bound to it.
     * @param windows such as {@code Windows.tumbling(Duration.ofSeconds(1))}.
     * @return the stream, in windows.
     */
    public WindowedStream<K, V> window(final String name, final Windows windows) {
        topology.checkStep(name);
        if (windows.mistake() != null) {
            topology.mistake("window " + name, windows.mistake());
        }
        return new WindowedStream<>(topology, node, codec, keyCodec, name, windows);
    }
}
