package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.output.WatermarkGrid;
import java.util.List;

/**
 * A window aggregate in two halves: one in front of the exchange, that adds up what each task sees and sends it once a window
 * is complete there, and one behind it that combines the sums. The planner uses it in the place of an exchange of all records.
 *
 * @param <V> type of the records.
 */
public interface WindowSplit<V> {
    /**
     * Makes the first half, which keys records and ends in the exchange.
     *
     * @param scope     of the upstream task, for the window's node.
     * @param keyWriter that writes the key of a record.
     * @param codec     of the records, for those that come too late to be added up.
     * @param output    door to the exchange's topic.
     * @param exchange  name of the exchange, for errors.
     * @param grid      points at which watermarks are written.
     * @return the operator.
     */
    Operator<V> first(
            StepScope scope,
            KeyWriter<? super V> keyWriter,
            Codec<V> codec,
            OutputAppender output,
            String exchange,
            WatermarkGrid grid);

    /**
     * The codec of what the first half sends.
     *
     * @param codec of the records, the task's instance.
     * @return codec of a record or a sum, for that task.
     */
    Codec<?> exchangeCodec(Codec<V> codec);

    /**
     * Tells whether the second half can combine whatever sums the first half sends.
     *
     * @return false where that may fail, so that a policy which leaves records out needs the records.
     */
    boolean alwaysCombines();

    /**
     * Makes the second half, which follows the exchange.
     *
     * @param scope of the task, for the window's node.
     * @param nexts what follows, by port.
     * @return the operator.
     */
    Operator<?> second(StepScope scope, List<Operator<?>> nexts);
}
