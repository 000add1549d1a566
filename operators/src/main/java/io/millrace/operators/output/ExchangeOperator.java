package io.millrace.operators.output;

import io.millrace.log.KeyHash;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.RecordContext;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Ends a chain in an exchange: appends each record to the exchange partition that its new key belongs to, and the
 * task's watermark to all of them.
 *
 * <p>The order in which the tasks of a stage append is the order in which the next stage reads; it is settled here, once,
 * and a replay finds it in the log. A watermark is written when it crosses the next point of a grid, chosen by the
 * planner so that no window of the next stage closes later for it, and always at the end of input.
 *
 * @param <V> type of the values.
 */
public final class ExchangeOperator<V> implements Operator<V> {
    private final String name;
    private final KeyWriter<? super V> keyWriter;
    private final Codec<V> codec;
    private final OutputAppender output;
    private final WatermarkGrid grid;
    private final MutableDirectBuffer key = new ExpandableArrayBuffer();

    private long writtenWatermarkNs = Long.MIN_VALUE;

    /**
     * Creates the operator.
     *
     * @param name      of the exchange.
     * @param keyWriter that writes a value's key.
     * @param codec     of this task, that writes the values.
     * @param output    to the exchange's topic.
     * @param grid      of the watermarks.
     */
    public ExchangeOperator(
            final String name,
            final KeyWriter<? super V> keyWriter,
            final Codec<V> codec,
            final OutputAppender output,
            final WatermarkGrid grid) {
        this.name = name;
        this.keyWriter = keyWriter;
        this.codec = codec;
        this.output = output;
        this.grid = grid;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final int length = writeKey(value);
        final int partition = KeyHash.partition(key, 0, length, output.partitionCount());
        output.append(name, partition, context.eventTimeNs(), key, 0, length, codec, value);
    }

    private int writeKey(final V value) {
        final int length;
        try {
            length = keyWriter.write(value, key);
        } catch (final Exception e) {
            throw new OperatorException(name, e);
        }
        if (length < 1 || length > RecordDescriptor.MAX_KEY_LENGTH) {
            throw new OperatorException(
                    name,
                    new IllegalArgumentException("a key is 1 to " + RecordDescriptor.MAX_KEY_LENGTH
                            + " bytes long, this one has " + length));
        }
        return length;
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        if (!grid.crosses(writtenWatermarkNs, watermarkNs)) {
            return;
        }
        writtenWatermarkNs = watermarkNs;
        for (int partition = 0; partition < output.partitionCount(); partition++) {
            output.appendWatermark(name, partition, watermarkNs);
        }
    }
}
