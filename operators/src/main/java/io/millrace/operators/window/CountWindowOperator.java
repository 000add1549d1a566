package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.state.EntryView;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.MutableDirectBuffer;

/**
 * Aggregates the records of each key by the number: every so many of them, in the order in which they come, make a window,
 * and its result is handed on with the last of them. Time plays no part, so nothing is late; a window that is not full at
 * the end of the input has no result. A record that the aggregation refuses is not counted.
 *
 * <p>The window of a result reaches from the earliest event time of its records to behind the latest, whatever the order in
 * which they came. A key takes memory while its window is neither empty nor full.
 *
 * <pre>
 *   entry: key bytes | aggregate | 0 int64 records | 8 int64 earliest event time | 16 int64 latest event time
 * </pre>
 *
 * @param <K> type of the key.
 * @param <V> type of the records.
 * @param <R> type of the result.
 */
public final class CountWindowOperator<K, V, R> extends Step<V, Windowed<K, R>> implements Stateful, EntryView {
    private static final int COUNT_OFFSET = 0;
    private static final int EARLIEST_OFFSET = 8;
    private static final int LATEST_OFFSET = 16;
    private static final int WINDOW_LENGTH = 24;

    private final long count;
    private final boolean emitsEarly;
    private final Aggregator<V, R> aggregator;
    private final Windowed<K, R> windowed;
    private final AggregateTable table;

    /**
     * Creates the operator.
     *
     * @param name        of the step, for errors.
     * @param count       of records in a window, at least 1.
     * @param emission    when results are handed on: when a window is full, or after each record.
     * @param aggregator  of the records.
     * @param memory      of the task.
     * @param keyCodec    of this task, that decodes keys for results.
     * @param failures    takes what the functions of the aggregation throw.
     * @param next        step, that takes the results.
     */
    public CountWindowOperator(
            final String name,
            final long count,
            final Emission emission,
            final Aggregator<V, R> aggregator,
            final StateMemory memory,
            final Codec<K> keyCodec,
            final FailureHandler failures,
            final Operator<? super Windowed<K, R>> next) {
        super(failures, next);
        if (count < 1) {
            throw new IllegalArgumentException(
                    "a window holds at least 1 record, window " + name + " is to hold " + count);
        }
        if (emission.kind() == Emission.Kind.EVERY) {
            throw new IllegalArgumentException(
                    "windows of a count emit on close or on update, window " + name + " is to emit " + emission);
        }
        this.count = count;
        this.emitsEarly = emission.kind() == Emission.Kind.ON_UPDATE;
        this.aggregator = aggregator;
        this.windowed = new Windowed<>(keyCodec);
        this.table = aggregator.newTable(memory, name, WINDOW_LENGTH);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long eventTimeNs = context.eventTimeNs();
        if (!WindowFrames.isInRange(eventTimeNs)) {
            failures.onFailure(context, WindowFrames.outOfRange(eventTimeNs));
            return;
        }
        final long entry = table.keys().findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final boolean added = table.keys().wasAdded();
        try {
            aggregator.add(table, entry, value);
        } catch (final Exception e) {
            if (added) {
                table.remove(entry);
            }
            failures.onFailure(context, e);
            return;
        }
        if (countIn(entry, eventTimeNs) == count) {
            emit(context, entry, true);
            table.remove(entry);
        } else if (emitsEarly) {
            emit(context, entry, false);
        }
    }

    private long countIn(final long entry, final long eventTimeNs) {
        final MutableDirectBuffer buffer = table.keys().buffer(entry);
        final int offset = table.reservedOffset(entry);
        final long records = buffer.getLong(offset + COUNT_OFFSET) + 1;
        buffer.putLong(offset + COUNT_OFFSET, records);
        if (records == 1 || eventTimeNs < buffer.getLong(offset + EARLIEST_OFFSET)) {
            buffer.putLong(offset + EARLIEST_OFFSET, eventTimeNs);
        }
        if (records == 1 || eventTimeNs > buffer.getLong(offset + LATEST_OFFSET)) {
            buffer.putLong(offset + LATEST_OFFSET, eventTimeNs);
        }
        return records;
    }

    private void emit(final RecordContext context, final long entry, final boolean isFinal) {
        final MutableDirectBuffer buffer = table.keys().buffer(entry);
        final int offset = table.reservedOffset(entry);
        final long latestNs = buffer.getLong(offset + LATEST_OFFSET);
        final R result;
        try {
            result = aggregator.result(table, entry);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long eventTimeNs = context.eventTimeNs();
        windowed.window(buffer.getLong(offset + EARLIEST_OFFSET), latestNs + 1, isFinal);
        windowed.entry(context.keyBuffer(), context.keyOffset(), context.keyLength(), result);
        context.eventTimeNs(latestNs);
        next.process(context, windowed);
        context.eventTimeNs(eventTimeNs);
    }

    /** Number of windows that are not full, for tests. */
    int openWindows() {
        return table.keys().size();
    }

    @Override
    public StateShape shape() {
        return StateShape.WINDOWS;
    }

    @Override
    public KeyedTable keys() {
        return table.keys();
    }

    @Override
    public void visit(final long entry, final StateVisitor visitor) {
        final KeyedTable keys = table.keys();
        final MutableDirectBuffer buffer = keys.buffer(entry);
        final int reserved = table.reservedOffset(entry);
        visitor.onWindow(
                buffer,
                keys.keyOffset(entry),
                keys.keyLength(entry),
                buffer.getLong(reserved + EARLIEST_OFFSET),
                buffer.getLong(reserved + LATEST_OFFSET) + 1,
                aggregator.copyOf(table, entry));
    }

    @Override
    public void snapshot(final StateWriter out) {
        table.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        table.restore(in);
    }
}
