package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.ExchangeOperator;
import io.millrace.operators.output.WatermarkGrid;
import java.util.function.Function;

/** Where a stream is keyed: an exchange, that ends one stage and begins the next. */
public final class ExchangeNode extends TopologyNode {
    private final Sender sender;
    private final Codec<?> codec;
    private final String keyDescription;

    private ExchangeNode(final String name, final Codec<?> codec, final String keyDescription, final Sender sender) {
        super(name);
        this.codec = codec;
        this.keyDescription = keyDescription;
        this.sender = sender;
    }

    /**
     * Creates a node.
     *
     * @param name           of the exchange.
     * @param codec          of the values.
     * @param keyDescription format of the key, for plans.
     * @param keyWriter      makes a task's writer of keys.
     * @param <V>            type of the values.
     * @return the node.
     */
    public static <V> ExchangeNode of(
            final String name,
            final Codec<V> codec,
            final String keyDescription,
            final Function<TaskScope, KeyWriter<? super V>> keyWriter) {
        return new ExchangeNode(
                name,
                codec,
                keyDescription,
                (scope, topic, grid) -> new ExchangeOperator<V>(
                        name, keyWriter.apply(scope), scope.codec(codec), scope.output(topic), grid));
    }

    /**
     * Makes the operator that appends to the exchange.
     *
     * @param scope of the task that it belongs to.
     * @param topic that holds the exchange.
     * @param grid  of the watermarks.
     * @return the end of a chain.
     */
    public Operator<?> operator(final TaskScope scope, final String topic, final WatermarkGrid grid) {
        return sender.create(scope, topic, grid);
    }

    /**
     * Reads the exchange's values.
     *
     * @return the codec.
     */
    public Codec<?> codec() {
        return codec;
    }

    @Override
    public String describe() {
        return "exchange " + name() + " [key " + keyDescription + ", " + codec.describe() + "]";
    }

    @FunctionalInterface
    private interface Sender {
        Operator<?> create(TaskScope scope, String topic, WatermarkGrid grid);
    }
}
