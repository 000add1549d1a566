package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.SinkOperator;

/** Where a topology writes a topic. */
public final class SinkNode extends TopologyNode {
    private final Codec<?> codec;

    /**
     * Creates a node.
     *
     * @param topic to write.
     * @param codec of its values.
     */
    public SinkNode(final String topic, final Codec<?> codec) {
        super(topic);
        this.codec = codec;
    }

    /**
     * Makes the operator that appends to the topic.
     *
     * @param scope of the task that it belongs to.
     * @return the end of a chain.
     */
    public Operator<?> operator(final TaskScope scope) {
        return operator(scope, codec);
    }

    private <V> Operator<V> operator(final TaskScope scope, final Codec<V> typedCodec) {
        return new SinkOperator<>(name(), scope.codec(typedCodec), scope.output(name()), scope.partition());
    }

    @Override
    public String describe() {
        return "topic " + name() + " [" + codec.describe() + "]";
    }
}
