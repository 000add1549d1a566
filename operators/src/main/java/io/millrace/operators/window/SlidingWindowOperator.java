package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.DueQueue;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Aggregates, for each event time of a key, what the key had in the time up to it: one window {@code [time + 1 - size,
 * time + 1)} for each distinct event time, that is the events in {@code (time - size, time]}.
 *
 * <p>A window closes when the watermark reaches {@code time + 1 + grace}; an event that comes later than that for its own
 * window is late. So no event can come any more for a window that closes, nor for any earlier one, and each key's windows
 * close in the order of time. That makes a queue of panes, one for each event time, that grows at one end and shrinks at
 * the other, and the aggregate of a whole queue costs a fixed number of combinations when it is kept as two stacks (an
 * old idea; Tangwongsan, Hirzel and Schneider describe it in "General Incremental Sliding-Window Aggregation", 2015):
 *
 * <ul>
 *   <li>The <em>back</em> takes panes as they close; one sum of all of them is kept.
 *   <li>The <em>front</em> gives panes away; each holds the sum of itself and of the later ones of the front.
 *   <li>A window is the first pane of the front plus the sum of the back.
 *   <li>When a pane is to leave and the front is empty, the back becomes the front: one walk from its last pane to its
 *       first, once in the life of each pane.
 * </ul>
 *
 * <p>A pane expires when the watermark reaches {@code time + size + grace}: no window that is open or may come reaches
 * back to it. This lies before the close of the first window that does not hold it, so what is left of a key when a window
 * closes is just what the window holds. Finding the pane of an event costs one step for each later one of its key.
 *
 * <p>Results come in the order in which windows close; of those that close at the same time, in the order in which their
 * first events came. Where combining fails and the policy goes on, what it would have brought is left out.
 *
 * @param <K> type of the key.
 * @param <V> type of the records.
 * @param <R> type of the result.
 */
public final class SlidingWindowOperator<K, V, R> extends Step<V, Windowed<K, R>> implements Stateful, StateView {
    private static final long NONE = SlidingPanes.NONE;

    // Sums are kept under the entries of their keys, which are never negative.
    private static final long SCRATCH = -1;

    private final long sizeNs;
    private final long graceNs;
    private final Aggregator<V, R> aggregator;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final Windowed<K, R> windowed;
    private final SlidingPanes panes;
    private final AggregateTable sums;
    private final DueQueue queue;
    private long scratch = NONE;
    private long touched;

    /**
     * Creates the operator.
     *
     * @param name       of the step, for errors.
     * @param sizeNs     length of a window in ns, 1 to {@link WindowFrames#MAX_NS}.
     * @param graceNs    how far the watermark runs past a window's end before the window closes, in ns, 0 to
     *                   {@link WindowFrames#MAX_NS}.
     * @param aggregator of this operator alone; it can combine.
     * @param memory     for the state.
     * @param keyCodec   of this task, that decodes keys for results.
     * @param counters   of the task.
     * @param failures   takes what the user's functions throw.
     * @param next       step, that takes the results.
     * @param late       step that takes late records; null to only count them.
     */
    public SlidingWindowOperator(
            final String name,
            final long sizeNs,
            final long graceNs,
            final Aggregator<V, R> aggregator,
            final StateMemory memory,
            final Codec<K> keyCodec,
            final TaskCounters counters,
            final FailureHandler failures,
            final Operator<? super Windowed<K, R>> next,
            final Operator<? super V> late) {
        super(failures, next);
        if (!aggregator.isCombinable()) {
            throw new IllegalArgumentException(
                    "sliding windows share sums, so their aggregation must combine: window " + name);
        }
        this.sizeNs = WindowRanges.checkLength(name, "size", sizeNs);
        this.graceNs = WindowRanges.checkGrace(name, graceNs);
        this.aggregator = aggregator;
        this.counters = counters;
        this.late = late;
        this.windowed = new Windowed<>(keyCodec);
        this.panes = new SlidingPanes(aggregator, memory, name);
        this.sums = aggregator.newTable(memory, name);
        this.queue = new DueQueue(memory, name);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long eventTimeNs = context.eventTimeNs();
        if (!WindowFrames.isInRange(eventTimeNs)) {
            failures.onFailure(context, WindowFrames.outOfRange(eventTimeNs));
            return;
        }
        if (closeNs(eventTimeNs) <= context.watermarkNs()) {
            counters.addLateRecord();
            if (late != null) {
                late.process(context, value);
            }
            return;
        }
        long later = NONE;
        long pane = panes.last(context.keyBuffer(), context.keyOffset(), context.keyLength());
        while (pane != NONE && panes.timeNs(pane) > eventTimeNs) {
            later = pane;
            pane = panes.earlier(pane);
        }
        if (pane != NONE && panes.timeNs(pane) == eventTimeNs) {
            add(context, value, pane);
        } else {
            open(context, value, pane, later);
        }
    }

    private void open(final RecordContext context, final V value, final long earlier, final long later) {
        final long eventTimeNs = context.eventTimeNs();
        final long pane = panes.create(eventTimeNs);
        if (!add(context, value, pane)) {
            // A window whose only event was refused has no result.
            panes.discard(pane);
            return;
        }
        panes.link(pane, context.keyBuffer(), context.keyOffset(), context.keyLength(), earlier, later);
        queue.add(closeNs(eventTimeNs), panes.number(pane));
        context.wakeAtEventTime(closeNs(eventTimeNs));
        if (panes.isLarge()) {
            context.askForLookAhead();
        }
    }

    private boolean add(final RecordContext context, final V value, final long pane) {
        panes.aggregates.keys().change(pane);
        try {
            aggregator.add(panes.aggregates, pane, value);
            return true;
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return false;
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        while (!queue.isEmpty() && queue.firstTimeNs() <= watermarkNs) {
            expire(context, queue.firstTimeNs() - 1);
            final long pane = panes.find(queue.firstNumber());
            queue.removeFirst();
            close(context, pane);
        }
        expire(context, watermarkNs);
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
        if (!queue.isEmpty()) {
            context.wakeAtEventTime(queue.firstTimeNs());
        }
        if (panes.firstClosed() != NONE) {
            // Nothing comes out then: nobody need be woken to have memory given back.
            context.callAtEventTime(expiryNs(panes.firstClosed()));
        }
        if (late != null) {
            late.onWatermark(context, watermarkNs);
        }
        next.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        if (late != null) {
            late.onLogTime(context, logTimeNs);
        }
        next.onLogTime(context, logTimeNs);
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        touched += panes.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    private void close(final RecordContext context, final long pane) {
        final long key = panes.key(pane);
        final long endNs = panes.timeNs(pane) + 1;
        context.eventTimeNs(endNs - 1);
        context.key(panes.keyBuffer(key), panes.keyOffset(key), panes.keyLength(key));
        windowed.window(endNs - sizeNs, endNs, true);
        panes.close(pane);
        long sum = panes.sum(key);
        if (sum == NONE) {
            sum = sums.keys().findOrAddLong(key);
            panes.sum(key, sum);
            aggregator.copy(sums, sum, panes.aggregates, pane);
        } else {
            combine(context, sums, sum, panes.aggregates, pane);
        }
        if (panes.first(key) == panes.back(key)) {
            handOn(context, sum);
        } else {
            if (scratch == NONE) {
                scratch = sums.keys().findOrAddLong(SCRATCH);
            }
            aggregator.copy(sums, scratch, panes.aggregates, panes.first(key));
            combine(context, sums, scratch, sums, sum);
            handOn(context, scratch);
        }
    }

    private void handOn(final RecordContext context, final long sum) {
        final R result;
        try {
            result = aggregator.result(sums, sum);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        windowed.entry(context.keyBuffer(), context.keyOffset(), context.keyLength(), result);
        next.process(context, windowed);
    }

    private void expire(final RecordContext context, final long watermarkNs) {
        long pane = panes.firstClosed();
        while (pane != NONE && expiryNs(pane) <= watermarkNs) {
            final long key = panes.key(pane);
            if (panes.back(key) == pane) {
                backToFront(context, key, pane);
            }
            panes.removeFirstClosed();
            pane = panes.firstClosed();
        }
    }

    /** Makes the back the front; the first pane is about to leave, so it needs no sum. */
    private void backToFront(final RecordContext context, final long key, final long first) {
        long later = panes.lastClosed(key);
        while (later != first) {
            final long pane = panes.earlier(later);
            if (pane != first) {
                combine(context, panes.aggregates, pane, panes.aggregates, later);
            }
            later = pane;
        }
        panes.backToFront(key);
        sums.remove(panes.sum(key));
        panes.sum(key, NONE);
    }

    private void combine(
            final RecordContext context,
            final AggregateTable into,
            final long intoEntry,
            final AggregateTable from,
            final long fromEntry) {
        try {
            aggregator.combine(into, intoEntry, from, fromEntry);
        } catch (final Exception e) {
            failures.onFailure(context, e);
        }
    }

    private long closeNs(final long eventTimeNs) {
        return eventTimeNs + 1 + graceNs;
    }

    private long expiryNs(final long pane) {
        return panes.timeNs(pane) + sizeNs + graceNs;
    }

    /** Number of event times that are kept, for tests. */
    int panes() {
        return panes.size();
    }

    @Override
    public StateShape shape() {
        return StateShape.WINDOWS;
    }

    @Override
    public void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        new SlidingView(panes, sizeNs, aggregator).find(key, offset, length, visitor);
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        new SlidingView(panes, sizeNs, aggregator).forEach(visitor);
    }

    @Override
    public void snapshot(final StateWriter out) {
        panes.snapshot(out);
        sums.snapshot(out);
        queue.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        panes.restore(in);
        sums.restore(in);
        scratch = NONE;
        queue.restore(in);
    }
}
