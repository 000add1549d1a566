package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Sums over the panes of a window that moves on, with two stacks (known from queues that give the sum of what is in them).
 *
 * <p>Panes before {@code foldedEnd} are the front stack: the table of each holds the sum of its own records and of those in
 * all panes behind it up to {@code foldedEnd}. Panes from there to {@code backEnd} are summed in one more table, the back,
 * beside their own. So a window is the table of its first pane and the back. When the window has moved behind the front
 * stack, the panes it holds by then become the next front stack, from the last to the first: each pane's table is taken
 * into a sum twice, whatever the number of windows that hold it.
 *
 * <p>A record that comes for a pane of which one window is closed and a later one is not belongs into all sums that hold
 * the pane: the front tables of the panes before it, or the back.
 */
final class PaneStacks implements Stateful {
    private static final long NOTHING = Long.MIN_VALUE;

    private final Frames frames;
    private final Aggregator<?, ?> aggregator;
    private final AggregateTable back;

    // One entry, for sums that are made for a result and forgotten.
    private final AggregateTable sum;

    private long foldedEndNs = NOTHING;
    private long backEndNs = NOTHING;

    private final FailureHandler failures;

    PaneStacks(
            final Frames frames,
            final Aggregator<?, ?> aggregator,
            final StateMemory memory,
            final String owner,
            final FailureHandler failures) {
        this.failures = failures;
        this.frames = frames;
        this.aggregator = aggregator;
        this.back = aggregator.newTable(memory, owner);
        this.sum = aggregator.newTable(memory, owner);
    }

    /** Whether a pane, or the place where it would be, is part of a sum. */
    boolean isTaken(final long paneStartNs) {
        return paneStartNs < backEndNs;
    }

    /** Whether it is part of the front stack. */
    boolean isFolded(final long paneStartNs) {
        return paneStartNs < foldedEndNs;
    }

    /** The table that holds the sum of the window's panes behind the front stack. */
    AggregateTable back() {
        return back;
    }

    /** The table that holds the sum of the window's panes in the front stack; null if there is none. */
    AggregateTable front(final long windowStartNs) {
        final int index = frames.firstFrom(windowStartNs);
        return index < frames.count() && isFolded(frames.get(index).startNs) ? frames.get(index).table : null;
    }

    /**
     * Moves on to a window, no earlier than the one before. Where combining fails and the policy goes on, what it would have
     * brought to that key is left out.
     */
    void stand(final RecordContext context, final long startNs, final long endNs) {
        final int end = frames.firstFrom(endNs);
        if (startNs >= foldedEndNs) {
            back.clear();
            foldedEndNs = endNs;
            backEndNs = endNs;
            final int start = frames.firstFrom(startNs);
            for (int i = end - 2; i >= start; i--) {
                addAll(context, frames.get(i).table, frames.get(i + 1).table);
            }
            return;
        }
        final int start = frames.firstFrom(backEndNs);
        backEndNs = endNs;
        for (int i = start; i < end; i++) {
            addAll(context, back, frames.get(i).table);
        }
    }

    private void addAll(final RecordContext context, final AggregateTable into, final AggregateTable from) {
        final KeyedTable keys = from.keys();
        for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
            final long own = into.keys().findOrAdd(keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry));
            if (into.keys().wasAdded()) {
                aggregator.copy(into, own, from, entry);
            } else {
                combine(context, into, own, from, entry);
            }
        }
    }

    private void combine(
            final RecordContext context,
            final AggregateTable into,
            final long own,
            final AggregateTable from,
            final long entry) {
        try {
            aggregator.combine(into, own, from, entry);
        } catch (final Exception e) {
            final KeyedTable keys = from.keys();
            context.key(keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry));
            failures.onFailure(context, e);
        }
    }

    /** The pane for a late record. One that is missing in the front stack holds what the pane behind it does. */
    Frame open(final RecordContext context, final long startNs, final long endNs) {
        final Frame found = frames.find(startNs);
        if (found != null) {
            return found;
        }
        final int index = frames.firstFrom(startNs);
        final Frame behind = index < frames.count() ? frames.get(index) : null;
        final Frame frame = frames.open(startNs, endNs);
        if (isFolded(startNs) && behind != null && isFolded(behind.startNs)) {
            addAll(context, frame.table, behind.table);
        }
        return frame;
    }

    /** Forgets the panes before a time. */
    void removeBefore(final long timeNs) {
        while (frames.count() > 0 && frames.get(0).endNs <= timeNs) {
            frames.removeFirst();
        }
        if (frames.count() == 0) {
            back.clear();
            foldedEndNs = NOTHING;
            backEndNs = NOTHING;
        }
    }

    AggregateTable sum() {
        return sum;
    }

    long sumOfTwo(final AggregateTable a, final long inA, final AggregateTable b, final long inB) {
        final long entry = sum.keys().findOrAddLong(0);
        aggregator.copy(sum, entry, a, inA);
        aggregator.combine(sum, entry, b, inB);
        return entry;
    }

    /** The sum of a key over the panes of a window that is still open, in which it has a record. */
    long sumOfPanes(
            final long startNs, final long endNs, final DirectBuffer key, final int keyOffset, final int keyLength) {
        final long entry = sum.keys().findOrAddLong(0);
        boolean isEmpty = true;
        boolean hasFront = false;
        for (int i = frames.firstFrom(startNs); i < frames.count() && frames.get(i).startNs < endNs; i++) {
            final Frame frame = frames.get(i);
            final boolean isFront = isFolded(frame.startNs);
            if (!isFront || !hasFront) {
                hasFront |= isFront;
                final long other = frame.table.keys().find(key, keyOffset, keyLength);
                if (other >= 0) {
                    take(entry, isEmpty, frame.table, other);
                    isEmpty = false;
                }
            }
        }
        return entry;
    }

    private void take(final long entry, final boolean isFirst, final AggregateTable from, final long fromEntry) {
        if (isFirst) {
            aggregator.copy(sum, entry, from, fromEntry);
        } else {
            aggregator.combine(sum, entry, from, fromEntry);
        }
    }

    void clearSum() {
        sum.clear();
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(foldedEndNs);
        out.writeLong(backEndNs);
        back.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        foldedEndNs = in.readLong();
        backEndNs = in.readLong();
        back.restore(in);
        sum.clear();
    }
}
