package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.join.TableSinkOperator;
import io.millrace.operators.output.SinkOperator;

/**
 * A topic that is written.
 */
public final class SinkNode extends TopologyNode {
    private final Codec<?> codec;
    private final boolean isTable;

    /**
     * Creates the node.
     *
     * @param topic that is written; also the node's name.
     * @param codec that writes the values.
     */
    public SinkNode(final String topic, final Codec<?> codec) {
        this(topic, codec, false);
    }

    private SinkNode(final String topic, final Codec<?> codec, final boolean isTable) {
        super(topic);
        this.codec = codec;
        this.isTable = isTable;
    }

    /**
     * Creates the node of a topic that holds a table: it takes changes, and writes deletes as tombstones.
     *
     * @param topic that is written; also the node's name.
     * @param codec that writes the values.
     * @return the node.
     */
    public static SinkNode ofTable(final String topic, final Codec<?> codec) {
        return new SinkNode(topic, codec, true);
    }

    /**
     * Makes the operator for a task.
     *
     * @param scope of the task, for this node.
     * @return the operator.
     */
    public Operator<?> operator(final StepScope scope) {
        return isTable
                ? scope.operator(
                        TableSinkOperator.class, name(), scope.failures(), scope.codec(codec), scope.output(name()))
                : scope.operator(
                        SinkOperator.class,
                        name(),
                        scope.failures(),
                        scope.codec(codec),
                        scope.output(name()),
                        scope.partition());
    }

    @Override
    public String describe() {
        return "topic " + name() + " [" + codec.describe() + (isTable ? ", deletes]" : "]");
    }
}
