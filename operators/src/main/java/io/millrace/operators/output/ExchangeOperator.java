package io.millrace.operators.output;

import io.millrace.log.KeyHash;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.RekeyOperator;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Ends a chain in an exchange: appends each record to the exchange partition that its key belongs to, and the
 * task's watermark to all of them, with the log time of what made it.
 *
 * <p>The order in which the tasks of a stage append is the order in which the next stage reads; it is settled here, once,
 * and a replay finds it in the log. A watermark is written when it crosses the next point of a grid, chosen by the
 * planner so that no window of the next stage closes later for it, at each tick of an input that is silent and when it is
 * no longer so, and always at the end of input.
 *
 * @param <V> type of the values.
 */
public final class ExchangeOperator<V> implements Operator<V>, Stateful {
    private final String name;
    private final FailureHandler failures;
    private final KeyWriter<? super V> keyWriter;
    private final Codec<V> codec;
    private final OutputAppender output;
    private final WatermarkGrid grid;
    private final Predicate<? super V> forAll;
    private final int keylessPartition;
    private final MutableDirectBuffer key = new ExpandableArrayBuffer();

    private long writtenWatermarkNs = Long.MIN_VALUE;
    private long writtenOriginNs = Long.MIN_VALUE;
    private boolean writtenIdle;

    /**
     * Creates the operator.
     *
     * @param name          of the exchange, for errors.
     * @param failures      takes values whose key cannot be made, and those that cannot be encoded.
     * @param keyWriter     that writes the new key of a value; null to leave each its key.
     * @param codec         that writes the values.
     * @param output        door to the exchange's topic.
     * @param grid          points at which watermarks are written.
     * @param taskPartition number of the partition that the task reads; where values without a key go.
     * @param forAll        true for a value that every partition receives; null where there are none.
     */
    public ExchangeOperator(
            final String name,
            final FailureHandler failures,
            final KeyWriter<? super V> keyWriter,
            final Codec<V> codec,
            final OutputAppender output,
            final WatermarkGrid grid,
            final int taskPartition,
            final Predicate<? super V> forAll) {
        this.name = name;
        this.failures = failures;
        this.keyWriter = keyWriter;
        this.codec = codec;
        this.output = output;
        this.grid = grid;
        this.forAll = forAll;
        this.keylessPartition = taskPartition % output.partitionCount();
    }

    @Override
    public void process(final RecordContext context, final V value) {
        if (keyWriter == null) {
            append(context, context.keyBuffer(), context.keyOffset(), context.keyLength(), value);
            return;
        }
        final int length;
        try {
            length = RekeyOperator.write(keyWriter, value, key);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        append(context, key, 0, length, value);
    }

    private void append(
            final RecordContext context,
            final DirectBuffer keyBuffer,
            final int keyOffset,
            final int keyLength,
            final V value) {
        if (forAll != null && forAll.test(value)) {
            appendToAll(context, keyBuffer, keyOffset, keyLength, value);
            return;
        }
        final int partition = keyLength == 0 || output.partitionCount() == 1
                ? keylessPartition
                : KeyHash.partition(keyBuffer, keyOffset, keyLength, output.partitionCount());
        try {
            output.append(name, partition, context.eventTimeNs(), keyBuffer, keyOffset, keyLength, codec, value);
        } catch (final OperatorException e) {
            failures.onFailure(context, e.failure());
        }
    }

    // A value that cannot be written fails at the first partition, so either all receive it or none.
    private void appendToAll(
            final RecordContext context,
            final DirectBuffer keyBuffer,
            final int keyOffset,
            final int keyLength,
            final V value) {
        try {
            for (int partition = 0; partition < output.partitionCount(); partition++) {
                output.append(name, partition, context.eventTimeNs(), keyBuffer, keyOffset, keyLength, codec, value);
            }
        } catch (final OperatorException e) {
            failures.onFailure(context, e.failure());
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        final boolean isIdle = context.isIdle();
        if (isIdle || writtenIdle || grid.crosses(writtenWatermarkNs, watermarkNs)) {
            write(watermarkNs, context.originNs(), isIdle);
        }
        context.callAtEventTime(grid.next(writtenWatermarkNs));
    }

    private void write(final long watermarkNs, final long originNs, final boolean isIdle) {
        if (watermarkNs == writtenWatermarkNs && originNs == writtenOriginNs && isIdle == writtenIdle) {
            return;
        }
        writtenWatermarkNs = watermarkNs;
        writtenOriginNs = originNs;
        writtenIdle = isIdle;
        for (int partition = 0; partition < output.partitionCount(); partition++) {
            output.appendWatermark(name, partition, watermarkNs, originNs, isIdle);
        }
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {}

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(writtenWatermarkNs);
        out.writeLong(writtenOriginNs);
        out.writeBoolean(writtenIdle);
    }

    @Override
    public void restore(final StateReader in) {
        writtenWatermarkNs = in.readLong();
        writtenOriginNs = in.readLong();
        writtenIdle = in.readBoolean();
    }
}
