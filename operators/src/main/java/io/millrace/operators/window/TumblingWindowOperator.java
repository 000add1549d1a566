package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.KeyLookAhead;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Aggregates the records of each key in windows that follow each other without a gap, by event time, and hands on one final
 * result for each key and window when the watermark says that it is complete. The windows are of equal length or those of a
 * calendar.
 *
 * <p>A window {@code [start, end)} closes when the watermark reaches {@code end + grace}; a record that comes later for it is
 * late: it is counted and handed to the late step, if there is one. Windows close in the order of their ends, and inside a
 * window the keys in the order in which they first came, so the results are in an order that a replay repeats. A result
 * carries the last instant of its window as its event time: a window of a later step puts it where its records belong.
 *
 * <p>Most records fall into the window of the record before, which costs two comparisons.
 *
 * @param <K> type of the key.
 * @param <V> type of the records.
 * @param <R> type of the result.
 */
public final class TumblingWindowOperator<K, V, R> extends Step<V, Windowed<K, R>> implements Stateful, StateView {
    private static final long NEVER = Long.MAX_VALUE;

    private final WindowFrames windows;
    private final long graceNs;
    private final Emission emission;
    private final boolean emitsEarly;
    private final Aggregator<V, R> aggregator;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final Windowed<K, R> windowed;
    private final Frames frames;
    private final KeyLookAhead lookAhead = new KeyLookAhead();

    private Frame current = Frame.NONE;
    private long emitNs = NEVER;

    /**
     * Creates the operator.
     *
     * @param name       of the step, for errors.
     * @param windows    of this operator alone.
     * @param graceNs    how far the watermark runs past a window's end before the window closes, in ns.
     * @param emission   when results are handed on.
     * @param aggregator of this operator alone.
     * @param memory     for the state.
     * @param keyCodec   of this task, that decodes keys for results.
     * @param counters   of the task.
     * @param failures   takes what the user's functions throw.
     * @param next       step, that takes the results.
     * @param late       step that takes late records; null to only count them.
     */
    public TumblingWindowOperator(
            final String name,
            final WindowFrames windows,
            final long graceNs,
            final Emission emission,
            final Aggregator<V, R> aggregator,
            final StateMemory memory,
            final Codec<K> keyCodec,
            final TaskCounters counters,
            final FailureHandler failures,
            final Operator<? super Windowed<K, R>> next,
            final Operator<? super V> late) {
        super(failures, next);
        this.windows = windows;
        this.graceNs = graceNs;
        this.emission = emission;
        this.emitsEarly = emission.kind() != Emission.Kind.ON_CLOSE;
        this.aggregator = aggregator;
        this.counters = counters;
        this.late = late;
        this.windowed = new Windowed<>(keyCodec);
        this.frames = new Frames(aggregator, memory, name, emission.kind() == Emission.Kind.EVERY);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long eventTimeNs = context.eventTimeNs();
        Frame frame = current;
        if (eventTimeNs < frame.startNs || eventTimeNs >= frame.endNs) {
            frame = frameOf(context, eventTimeNs, value);
            if (frame == null) {
                return;
            }
        }
        final AggregateTable table = frame.table;
        final KeyedTable keys = table.keys();
        lookAhead.bringNear(keys);
        final long entry = context.keyLength() == Long.BYTES
                ? keys.findOrAddLong(context.keyBuffer().getLong(context.keyOffset(), ByteOrder.LITTLE_ENDIAN))
                : keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        try {
            aggregator.add(table, entry, value);
        } catch (final Exception e) {
            onRefused(context, table, entry, e);
            return;
        }
        if (keys.wasAdded() && keys.bytesInUse() > Frames.LOOK_AHEAD_BYTES) {
            context.askForLookAhead();
        }
        if (emitsEarly) {
            onChange(context, frame, entry);
        }
    }

    /** The window of a record, which becomes the current one; null if the record is dealt with. */
    private Frame frameOf(final RecordContext context, final long eventTimeNs, final V value) {
        Frame frame = frames.find(eventTimeNs);
        if (frame == null) {
            if (!WindowFrames.isInRange(eventTimeNs)) {
                failures.onFailure(context, WindowFrames.outOfRange(eventTimeNs));
                return null;
            }
            windows.locate(eventTimeNs);
            if (windows.endNs() + graceNs <= context.watermarkNs()) {
                onLate(context, value);
                return null;
            }
            frame = frames.open(windows.startNs(), windows.endNs());
        }
        current = frame;
        askAgain(context);
        return frame;
    }

    private void onLate(final RecordContext context, final V value) {
        counters.addLateRecord();
        if (late != null) {
            late.process(context, value);
        }
    }

    private void onRefused(
            final RecordContext context, final AggregateTable table, final long entry, final Exception e) {
        if (table.keys().wasAdded()) {
            // A key whose only record was refused has no result.
            table.remove(entry);
        }
        failures.onFailure(context, e);
    }

    private void onChange(final RecordContext context, final Frame frame, final long entry) {
        if (emission.kind() == Emission.Kind.EVERY) {
            frame.changed.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
            if (emitNs == NEVER) {
                emitNs = emission.nextNs(context.logTimeNs());
                context.wakeAtLogTime(emitNs);
            }
            return;
        }
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        stand(context, frame, false);
        emit(context, frame.table, entry);
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        if (isDue(watermarkNs)) {
            close(context, watermarkNs);
        }
        askAgain(context);
        if (late != null) {
            late.onWatermark(context, watermarkNs);
        }
        next.onWatermark(context, watermarkNs);
    }

    private boolean isDue(final long watermarkNs) {
        return frames.count() > 0 && frames.get(0).endNs + graceNs <= watermarkNs;
    }

    private void close(final RecordContext context, final long watermarkNs) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        while (isDue(watermarkNs)) {
            final Frame frame = frames.get(0);
            stand(context, frame, true);
            final KeyedTable keys = frame.table.keys();
            for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
                emit(context, frame.table, entry);
            }
            frames.removeFirst();
        }
        current = Frame.NONE;
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void stand(final RecordContext context, final Frame frame, final boolean isFinal) {
        context.eventTimeNs(frame.endNs - 1);
        windowed.window(frame.startNs, frame.endNs, isFinal);
    }

    private void emit(final RecordContext context, final AggregateTable table, final long entry) {
        final DirectBuffer buffer = table.keys().buffer(entry);
        final int offset = table.keys().keyOffset(entry);
        final int length = table.keys().keyLength(entry);
        context.key(buffer, offset, length);
        final R result;
        try {
            result = aggregator.result(table, entry);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        windowed.entry(buffer, offset, length, result);
        next.process(context, windowed);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        if (logTimeNs >= emitNs) {
            emitNs = NEVER;
            emitChanges(context);
        }
        askAgain(context);
        if (late != null) {
            late.onLogTime(context, logTimeNs);
        }
        next.onLogTime(context, logTimeNs);
    }

    private void emitChanges(final RecordContext context) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        for (int i = 0; i < frames.count(); i++) {
            final Frame frame = frames.get(i);
            final KeyedTable changed = frame.changed;
            stand(context, frame, false);
            for (long key = changed.first(); key >= 0; key = changed.next(key)) {
                emit(
                        context,
                        frame.table,
                        frame.table.keys().find(changed.buffer(key), changed.keyOffset(key), changed.keyLength(key)));
            }
            changed.clear();
        }
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void askAgain(final RecordContext context) {
        if (frames.count() > 0) {
            context.wakeAtEventTime(frames.get(0).endNs + graceNs);
        }
        if (emitNs != NEVER) {
            context.wakeAtLogTime(emitNs);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        if (current != Frame.NONE) {
            lookAhead.add(context.keyBuffer(), context.keyOffset(), context.keyLength());
        }
    }

    @Override
    public StateShape shape() {
        return StateShape.WINDOWS;
    }

    @Override
    public void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        new FrameView(frames, aggregator).find(key, offset, length, visitor);
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        new FrameView(frames, aggregator).forEach(visitor);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(emitNs);
        frames.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        emitNs = in.readLong();
        frames.restore(in);
        current = Frame.NONE;
    }
}
