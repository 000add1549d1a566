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
 * Aggregates the records of each key in windows that overlap, and hands on one final result for each key and window that has
 * a record, in the order of the windows' ends. The order of the keys in a window follows from the panes: it is none to rely
 * on, but the same in each replay.
 *
 * <p>A record is added once, to the pane that holds its time ({@link PaneFrames}), however many windows overlap there. The
 * result of a window is put together from panes with two stacks, a whole table at a time ({@link PaneStacks}), which costs
 * an amortised constant number of combinations for each key and pane.
 *
 * <p>A window {@code [start, end)} closes when the watermark reaches {@code end + grace}. A record of which some windows are
 * closed and some are not is late once, counted and handed to the late step, and is added for those still open.
 *
 * <p>Early results, on update or at intervals, are put together from the panes of each window anew: their cost grows with the
 * overlap.
 *
 * @param <K> type of the key.
 * @param <V> type of the records.
 * @param <R> type of the result.
 */
public final class HoppingWindowOperator<K, V, R> extends Step<V, Windowed<K, R>> implements Stateful, StateView {
    private static final long NEVER = Long.MAX_VALUE;

    private final PaneFrames panes;
    private final long graceNs;
    private final Emission emission;
    private final boolean emitsEarly;
    private final Aggregator<V, R> aggregator;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final Windowed<K, R> windowed;
    private final Frames frames;
    private final PaneStacks stacks;
    private final KeyedTable changes;
    private final KeyLookAhead lookAhead = new KeyLookAhead();

    private Frame current = Frame.NONE;
    private long nextEndNs = NEVER;
    private long emitNs = NEVER;

    /**
     * Creates the operator.
     *
     * @param name       of the step, for errors.
     * @param panes      of this operator alone.
     * @param graceNs    how far the watermark runs past a window's end before the window closes, in ns.
     * @param emission   when results are handed on.
     * @param aggregator of this operator alone; combinable.
     * @param memory     for the state.
     * @param keyCodec   of this task, that decodes keys for results.
     * @param counters   of the task.
     * @param failures   takes what the user's functions throw.
     * @param next       step, that takes the results.
     * @param late       step that takes late records; null to only count them.
     */
    public HoppingWindowOperator(
            final String name,
            final PaneFrames panes,
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
        this.panes = panes;
        this.graceNs = graceNs;
        this.emission = emission;
        this.emitsEarly = emission.kind() != Emission.Kind.ON_CLOSE;
        this.aggregator = aggregator;
        this.counters = counters;
        this.late = late;
        this.windowed = new Windowed<>(keyCodec);
        final boolean tracksChanges = emission.kind() == Emission.Kind.EVERY;
        this.frames = new Frames(aggregator, memory, name, tracksChanges);
        this.stacks = new PaneStacks(frames, aggregator, memory, name, failures);
        this.changes = tracksChanges ? new KeyedTable(memory, name, 0) : null;
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
        if (add(context, frame.table, value) && emitsEarly) {
            onChange(context, frame);
        }
    }

    private boolean add(final RecordContext context, final AggregateTable table, final V value) {
        final Exception failure = tryAdd(context, table, value);
        if (failure != null) {
            failures.onFailure(context, failure);
        }
        return failure == null;
    }

    /** Adds a record to a table; gives what the user's function threw, null if all is well. */
    private Exception tryAdd(final RecordContext context, final AggregateTable table, final V value) {
        final KeyedTable keys = table.keys();
        lookAhead.bringNear(keys);
        final long entry = context.keyLength() == Long.BYTES
                ? keys.findOrAddLong(context.keyBuffer().getLong(context.keyOffset(), ByteOrder.LITTLE_ENDIAN))
                : keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        try {
            aggregator.add(table, entry, value);
        } catch (final Exception e) {
            if (keys.wasAdded()) {
                // A key whose only record was refused has no result.
                table.remove(entry);
            }
            return e;
        }
        if (keys.wasAdded() && keys.bytesInUse() > Frames.LOOK_AHEAD_BYTES) {
            context.askForLookAhead();
        }
        return null;
    }

    /** The pane of a record, which becomes the current one; null if the record is dealt with. */
    private Frame frameOf(final RecordContext context, final long eventTimeNs, final V value) {
        final Frame known = frames.find(eventTimeNs);
        if (known != null && !stacks.isTaken(known.startNs) && known.endNs + graceNs > context.watermarkNs()) {
            current = known;
            askAgain(context);
            return known;
        }
        if (!WindowFrames.isInRange(eventTimeNs)) {
            failures.onFailure(context, WindowFrames.outOfRange(eventTimeNs));
            return null;
        }
        panes.locate(eventTimeNs);
        final long startNs = panes.startNs();
        final long endNs = panes.endNs();
        final long openEndNs = openEndNs(startNs, context.watermarkNs());
        if (openEndNs != panes.firstEndNs(startNs)) {
            counters.addLateRecord();
            if (late != null) {
                late.process(context, value);
            }
            if (openEndNs > panes.lastEndNs(startNs)) {
                return null;
            }
        }
        nextEndNs = Math.min(nextEndNs, openEndNs);
        if (stacks.isTaken(startNs)) {
            addLater(context, startNs, endNs, value);
            askAgain(context);
            return null;
        }
        final Frame frame = known == null ? frames.open(startNs, endNs) : known;
        // A pane of which a window is closed has more late records: each is looked at.
        current = openEndNs == panes.firstEndNs(startNs) ? frame : Frame.NONE;
        askAgain(context);
        return frame;
    }

    /** End of the first window that holds a pane and is still open; behind the last one that holds it if none is. */
    private long openEndNs(final long paneStartNs, final long watermarkNs) {
        final long firstEndNs = panes.firstEndNs(paneStartNs);
        if (firstEndNs + graceNs > watermarkNs) {
            return firstEndNs;
        }
        if (panes.lastEndNs(paneStartNs) + graceNs <= watermarkNs) {
            return NEVER;
        }
        return firstEndNs + (Math.floorDiv(watermarkNs - graceNs - firstEndNs, panes.hopNs()) + 1) * panes.hopNs();
    }

    /**
     * Adds a record to a pane that is part of sums already, and to those sums. A sum that refuses it goes on without it, as a
     * window would; the record has failed once, however many do.
     */
    private void addLater(final RecordContext context, final long startNs, final long endNs, final V value) {
        final Frame own = stacks.open(context, startNs, endNs);
        if (!add(context, own.table, value)) {
            return;
        }
        Exception failure = null;
        if (!stacks.isFolded(startNs)) {
            failure = tryAdd(context, stacks.back(), value);
        } else {
            for (int i = 0; frames.get(i) != own; i++) {
                final Exception next = tryAdd(context, frames.get(i).table, value);
                failure = failure == null ? next : failure;
            }
        }
        if (failure != null) {
            failures.onFailure(context, failure);
        }
        if (emitsEarly) {
            onChange(context, own);
        }
    }

    private void onChange(final RecordContext context, final Frame frame) {
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
        final long lastEndNs = panes.lastEndNs(frame.startNs);
        for (long endNs = openEndNs(frame.startNs, context.watermarkNs()); endNs <= lastEndNs; endNs += panes.hopNs()) {
            stand(context, endNs, false);
            emitSum(context, endNs, keyBuffer, keyOffset, keyLength);
        }
        stacks.clearSum();
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void emitSum(
            final RecordContext context,
            final long endNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength) {
        context.key(key, keyOffset, keyLength);
        final long entry;
        try {
            entry = stacks.sumOfPanes(endNs - panes.sizeNs(), endNs, key, keyOffset, keyLength);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        emit(context, stacks.sum(), entry, key, keyOffset, keyLength);
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
        return nextEndNs != NEVER && nextEndNs + graceNs <= watermarkNs;
    }

    private void close(final RecordContext context, final long watermarkNs) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        while (isDue(watermarkNs)) {
            stand(context, nextEndNs, true);
            emitWindow(context, nextEndNs - panes.sizeNs(), nextEndNs);
            stacks.removeBefore(nextEndNs - panes.sizeNs() + panes.hopNs());
            nextEndNs = frames.count() == 0
                    ? NEVER
                    : Math.max(nextEndNs + panes.hopNs(), panes.firstEndNs(frames.get(0).startNs));
        }
        stacks.clearSum();
        current = Frame.NONE;
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void emitWindow(final RecordContext context, final long startNs, final long endNs) {
        stacks.stand(context, startNs, endNs);
        final AggregateTable front = stacks.front(startNs);
        final AggregateTable back = stacks.back();
        if (front != null) {
            final KeyedTable keys = front.keys();
            for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
                emitBoth(context, front, entry, back);
            }
        }
        final KeyedTable keys = back.keys();
        for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
            final DirectBuffer key = keys.buffer(entry);
            if (front == null || front.keys().find(key, keys.keyOffset(entry), keys.keyLength(entry)) < 0) {
                context.key(key, keys.keyOffset(entry), keys.keyLength(entry));
                emit(context, back, entry, key, keys.keyOffset(entry), keys.keyLength(entry));
            }
        }
    }

    private void emitBoth(
            final RecordContext context, final AggregateTable front, final long entry, final AggregateTable back) {
        final DirectBuffer key = front.keys().buffer(entry);
        final int offset = front.keys().keyOffset(entry);
        final int length = front.keys().keyLength(entry);
        context.key(key, offset, length);
        final long other = back.keys().isEmpty() ? -1 : back.keys().find(key, offset, length);
        if (other < 0) {
            emit(context, front, entry, key, offset, length);
            return;
        }
        final long sum;
        try {
            sum = stacks.sumOfTwo(front, entry, back, other);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        emit(context, stacks.sum(), sum, key, offset, length);
    }

    private void stand(final RecordContext context, final long endNs, final boolean isFinal) {
        // The last instant that the window holds: a window of a later step puts the result where its records belong.
        context.eventTimeNs(endNs - 1);
        windowed.window(endNs - panes.sizeNs(), endNs, isFinal);
    }

    private void emit(
            final RecordContext context,
            final AggregateTable table,
            final long entry,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength) {
        final R result;
        try {
            result = aggregator.result(table, entry);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        windowed.entry(key, keyOffset, keyLength, result);
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
        long endNs = nextEndNs;
        while (endNs != NEVER) {
            emitChanges(context, endNs);
            // On to the next window, or over a gap to the first window of the pane behind it.
            final int index = frames.firstFrom(endNs - panes.sizeNs() + panes.hopNs());
            endNs = index == frames.count()
                    ? NEVER
                    : Math.max(endNs + panes.hopNs(), panes.firstEndNs(frames.get(index).startNs));
        }
        for (int i = 0; i < frames.count(); i++) {
            frames.get(i).changed.clear();
        }
        stacks.clearSum();
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void emitChanges(final RecordContext context, final long endNs) {
        for (int i = frames.firstFrom(endNs - panes.sizeNs());
                i < frames.count() && frames.get(i).startNs < endNs;
                i++) {
            final KeyedTable changed = frames.get(i).changed;
            for (long key = changed.first(); key >= 0; key = changed.next(key)) {
                changes.findOrAdd(changed.buffer(key), changed.keyOffset(key), changed.keyLength(key));
            }
        }
        stand(context, endNs, false);
        for (long key = changes.first(); key >= 0; key = changes.next(key)) {
            emitSum(context, endNs, changes.buffer(key), changes.keyOffset(key), changes.keyLength(key));
        }
        changes.clear();
    }

    private void askAgain(final RecordContext context) {
        if (nextEndNs != NEVER) {
            context.wakeAtEventTime(nextEndNs + graceNs);
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
        view().find(nextEndNs, key, offset, length, visitor);
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        view().forEach(nextEndNs, visitor);
    }

    private PaneView view() {
        return new PaneView(panes, frames, stacks, aggregator);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(nextEndNs);
        out.writeLong(emitNs);
        frames.snapshot(out);
        stacks.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        nextEndNs = in.readLong();
        emitNs = in.readLong();
        frames.restore(in);
        stacks.restore(in);
        current = Frame.NONE;
    }
}
