package io.millrace.operators.window;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.state.StateMemory;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * Aggregates the records of each key in windows of equal length that follow each other, by event time, and hands on one
 * final result for each key and window when the watermark says that it is complete.
 *
 * <p>A window {@code [start, end)} begins at a multiple of its size since the epoch, before the epoch too. It closes when
 * the watermark reaches {@code end + grace}; a record that comes later for it is late: it is counted and handed to the
 * late step, if there is one. Windows close in the order of their ends, and inside a window the keys in the order in
 * which they first came, so the results are in an order that a replay repeats.
 *
 * <p>Open windows lie in a ring ordered by start; there are only as many as out-of-orderness and grace span, so finding
 * one is a short scan from the newest. Each has a {@link KeyedTable} which is kept for a later window when it closes:
 * in steady state nothing is allocated.
 *
 * @param <K> type of the key.
 * @param <V> type of the records.
 * @param <S> type of the state.
 * @param <R> type of the result.
 */
public final class TumblingWindowOperator<K, V, S extends StateFlyweight, R> extends Step<V, Windowed<K, R>> {
    private static final int INITIAL_WINDOWS = 4;

    // With the longest window and grace this stays within 64 bits, so no window's bounds wrap round.
    private static final long MAX_EVENT_TIME_NS = 1L << 62;

    private final long sizeNs;
    private final long graceNs;
    private final WindowAggregation<V, S, R> aggregation;
    private final S state;
    private final StateMemory memory = new StateMemory(new MemoryBudget("unnamed", Long.MAX_VALUE));
    private final Operator<? super V> late;
    private final TaskCounters counters;
    private final Windowed<K, R> windowed;
    private final ArrayDeque<KeyedTable> freeTables = new ArrayDeque<>();

    // Open windows in ascending order of start; index 0 closes next.
    private long[] starts = new long[INITIAL_WINDOWS];
    private KeyedTable[] tables = new KeyedTable[INITIAL_WINDOWS];
    private int openWindows;

    /**
     * Creates the operator.
     *
     * @param window      size and grace.
     * @param aggregation of the records.
     * @param keyCodec    of this task, that decodes keys for results.
     * @param counters    of the task.
     * @param failures    takes a result that could not be made or handed on.
     * @param next        step, that takes the results.
     * @param late        step that takes late records; null to only count them.
     */
    public TumblingWindowOperator(
            final TumblingWindow window,
            final WindowAggregation<V, S, R> aggregation,
            final Codec<K> keyCodec,
            final TaskCounters counters,
            final FailureHandler failures,
            final Operator<? super Windowed<K, R>> next,
            final Operator<? super V> late) {
        super(failures, next);
        this.sizeNs = window.sizeNs();
        this.graceNs = window.graceNs();
        this.aggregation = aggregation;
        this.state = aggregation.stateFactory().get();
        this.late = late;
        this.counters = counters;
        this.windowed = new Windowed<>(keyCodec);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long eventTimeNs = context.eventTimeNs();
        if (eventTimeNs > MAX_EVENT_TIME_NS || eventTimeNs < -MAX_EVENT_TIME_NS) {
            failures.onFailure(
                    context,
                    new IllegalArgumentException("event time is out of range: " + eventTimeNs
                            + " ns; windows take 2^62 ns, about 146 years, before and after the epoch"));
            return;
        }
        final long startNs = eventTimeNs - Math.floorMod(eventTimeNs, sizeNs);
        if (closeTime(startNs) <= context.watermarkNs()) {
            counters.addLateRecord();
            if (late != null) {
                late.process(context, value);
            }
            return;
        }
        add(table(startNs), context, value);
        context.wakeAtEventTime(closeTime(starts[0]));
    }

    private void add(final KeyedTable table, final RecordContext context, final V value) {
        final long entry = table.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final boolean added = table.wasAdded();
        state.wrap(table.buffer(entry), table.stateOffset(entry));
        try {
            aggregation.add().accept(state, value);
        } catch (final Exception e) {
            if (added) {
                // A key whose only record was refused has no result.
                table.remove(entry);
            }
            failures.onFailure(context, e);
        }
    }

    private KeyedTable table(final long startNs) {
        int i = openWindows - 1;
        while (i >= 0 && starts[i] > startNs) {
            i--;
        }
        return i >= 0 && starts[i] == startNs ? tables[i] : open(i + 1, startNs);
    }

    private KeyedTable open(final int index, final long startNs) {
        if (openWindows == starts.length) {
            starts = Arrays.copyOf(starts, openWindows * 2);
            tables = Arrays.copyOf(tables, openWindows * 2);
        }
        System.arraycopy(starts, index, starts, index + 1, openWindows - index);
        System.arraycopy(tables, index, tables, index + 1, openWindows - index);
        final KeyedTable table =
                freeTables.isEmpty() ? new KeyedTable(memory, "window", state.encodedLength()) : freeTables.pop();
        starts[index] = startNs;
        tables[index] = table;
        openWindows++;
        return table;
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        while (openWindows > 0 && closeTime(starts[0]) <= watermarkNs) {
            emit(context, starts[0], tables[0]);
            closeFirst();
        }
        if (openWindows > 0) {
            context.wakeAtEventTime(closeTime(starts[0]));
        }
        if (late != null) {
            late.onWatermark(context, watermarkNs);
        }
        next.onWatermark(context, watermarkNs);
    }

    private void emit(final RecordContext context, final long startNs, final KeyedTable table) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        // The last instant that the window holds: a window of a later step puts the result where its records belong.
        context.eventTimeNs(startNs + sizeNs - 1);
        windowed.window(startNs, startNs + sizeNs);
        for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
            emit(context, table, entry);
        }
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void emit(final RecordContext context, final KeyedTable table, final long entry) {
        final int offset = table.keyOffset(entry);
        final int length = table.keyLength(entry);
        state.wrap(table.buffer(entry), table.stateOffset(entry));
        context.key(table.buffer(entry), offset, length);
        final R result;
        try {
            result = aggregation.result().apply(state);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        windowed.entry(table.buffer(entry), offset, length, result);
        next.process(context, windowed);
    }

    private void closeFirst() {
        final KeyedTable table = tables[0];
        openWindows--;
        System.arraycopy(starts, 1, starts, 0, openWindows);
        System.arraycopy(tables, 1, tables, 0, openWindows);
        tables[openWindows] = null;
        table.clear();
        freeTables.push(table);
    }

    private long closeTime(final long startNs) {
        return startNs + sizeNs + graceNs;
    }
}
