package io.millrace.operators.output;

import io.millrace.log.KeyHash;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.RecordContext;

/**
 * Ends a chain in a topic: appends each value under the key and event time of its context. A record without a key goes
 * to the partition of the same number as the task's, as far as the topic has that many.
 *
 * @param <V> type of the values.
 */
public final class SinkOperator<V> implements Operator<V> {
    private final String name;
    private final FailureHandler failures;
    private final Codec<V> codec;
    private final OutputAppender output;
    private final int keylessPartition;

    /**
     * Creates the operator.
     *
     * @param name          of the sink, for errors.
     * @param failures      takes values that cannot be encoded.
     * @param codec         that writes the values.
     * @param output        door to the topic.
     * @param taskPartition number of the partition that the task reads.
     */
    public SinkOperator(
            final String name,
            final FailureHandler failures,
            final Codec<V> codec,
            final OutputAppender output,
            final int taskPartition) {
        this.name = name;
        this.failures = failures;
        this.codec = codec;
        this.output = output;
        this.keylessPartition = taskPartition % output.partitionCount();
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final int length = context.keyLength();
        final int partition = length == 0 || output.partitionCount() == 1
                ? keylessPartition
                : KeyHash.partition(context.keyBuffer(), context.keyOffset(), length, output.partitionCount());
        try {
            output.append(
                    name,
                    partition,
                    context.eventTimeNs(),
                    context.keyBuffer(),
                    context.keyOffset(),
                    length,
                    codec,
                    value);
        } catch (final OperatorException e) {
            failures.onFailure(context, e.failure());
        }
    }

    // A topic's readers may be other jobs with producers of their own beside this one, for whom this task can not
    // speak.
    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {}

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {}
}
