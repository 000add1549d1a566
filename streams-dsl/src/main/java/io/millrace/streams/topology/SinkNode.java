package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.SinkOperator;

/**
 * A topic that is written.
 */
public final class SinkNode extends TopologyNode {
    private final Codec<?> codec;

    /**
     * Creates the node.
     *
     * @param topic that is written; also the node's name.
     * @param codec that writes the values.
     */
    public SinkNode(final String topic, final Codec<?> codec) {
        super(topic);
        this.codec = codec;
    }

    /**
     * Makes the operator for a task.
     *
     * @param scope of the task, for this node.
     * @return the operator.
     */
    public Operator<?> operator(final StepScope scope) {
        return scope.operator(
                SinkOperator.class,
                name(),
                scope.failures(),
                scope.codec(codec),
                scope.output(name()),
                scope.partition());
    }

    @Override
    public String describe() {
        return "topic " + name() + " [" + codec.describe() + "]";
    }
}
