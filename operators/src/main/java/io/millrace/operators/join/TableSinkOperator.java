package io.millrace.operators.join;

import io.millrace.log.KeyHash;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.output.OutputAppender;

/**
 * Ends a chain of changes in a topic: appends each new value under its key, and a tombstone for each delete. Who reads the topic
 * as a table gets the same table.
 *
 * @param <V> type of the values.
 */
public final class TableSinkOperator<V> implements Operator<Change<V>> {
    private final String name;
    private final FailureHandler failures;
    private final Codec<V> codec;
    private final OutputAppender output;

    /**
     * Creates the operator.
     *
     * @param name     of the sink, for errors.
     * @param failures takes values that cannot be encoded.
     * @param codec    that writes the values.
     * @param output   door to the topic.
     */
    public TableSinkOperator(
            final String name, final FailureHandler failures, final Codec<V> codec, final OutputAppender output) {
        this.name = name;
        this.failures = failures;
        this.codec = codec;
        this.output = output;
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        final int partition = KeyHash.partition(
                context.keyBuffer(), context.keyOffset(), context.keyLength(), output.partitionCount());
        try {
            if (change.isDelete()) {
                output.appendTombstone(
                        name,
                        partition,
                        context.eventTimeNs(),
                        context.keyBuffer(),
                        context.keyOffset(),
                        context.keyLength());
            } else {
                output.append(
                        name,
                        partition,
                        context.eventTimeNs(),
                        context.keyBuffer(),
                        context.keyOffset(),
                        context.keyLength(),
                        codec,
                        change.after());
            }
        } catch (final OperatorException e) {
            failures.onFailure(context, e.failure());
        }
    }

    // As for any sink: other producers may write the topic, and this task cannot speak for them.
    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {}

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {}
}
