package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateVisitor;
import org.agrona.DirectBuffer;

/**
 * Shows the open windows of which panes are kept. Each is put together from copies of its panes, so it costs as many
 * combinations as it has panes.
 */
final class PaneView {
    private static final long NEVER = Long.MAX_VALUE;

    private final PaneFrames panes;
    private final Frames frames;

    // Null where no pane is part of a sum.
    private final PaneStacks stacks;
    private final Aggregator<?, ?> aggregator;

    PaneView(final PaneFrames panes, final Frames frames, final PaneStacks stacks, final Aggregator<?, ?> aggregator) {
        this.panes = panes;
        this.frames = frames;
        this.stacks = stacks;
        this.aggregator = aggregator;
    }

    /** End of the first window that has a pane, where none is closed. */
    long firstEndNs() {
        return frames.count() == 0 ? NEVER : panes.firstEndNs(frames.get(0).startNs);
    }

    void find(
            final long firstEndNs,
            final DirectBuffer key,
            final int offset,
            final int length,
            final StateVisitor visitor) {
        for (long endNs = firstEndNs; endNs != NEVER; endNs = nextEndNs(endNs)) {
            final StateCopy sum = sum(firstPane(endNs), endNs, key, offset, length);
            if (sum != null) {
                visitor.onWindow(key, offset, length, endNs - panes.sizeNs(), endNs, sum);
            }
        }
    }

    void forEach(final long firstEndNs, final StateVisitor visitor) {
        for (long endNs = firstEndNs; endNs != NEVER; endNs = nextEndNs(endNs)) {
            for (int i = firstPane(endNs); i < frames.count() && frames.get(i).startNs < endNs; i++) {
                forEachNewKey(i, endNs, visitor);
            }
        }
    }

    private void forEachNewKey(final int pane, final long endNs, final StateVisitor visitor) {
        final KeyedTable keys = frames.get(pane).table.keys();
        for (long entry = keys.first(); entry >= 0; entry = keys.next(entry)) {
            final DirectBuffer key = keys.buffer(entry);
            final int offset = keys.keyOffset(entry);
            final int length = keys.keyLength(entry);
            if (!isInEarlierPane(pane, endNs, key, offset, length)) {
                final StateCopy sum = sum(firstPane(endNs), endNs, key, offset, length);
                visitor.onWindow(key, offset, length, endNs - panes.sizeNs(), endNs, sum);
            }
        }
    }

    private boolean isInEarlierPane(
            final int pane, final long endNs, final DirectBuffer key, final int offset, final int length) {
        for (int i = firstPane(endNs); i < pane; i++) {
            if (frames.get(i).table.keys().find(key, offset, length) >= 0) {
                return true;
            }
        }
        return false;
    }

    private StateCopy sum(
            final int firstPane, final long endNs, final DirectBuffer key, final int offset, final int length) {
        StateCopy sum = null;
        boolean hasFront = false;
        for (int i = firstPane; i < frames.count() && frames.get(i).startNs < endNs; i++) {
            final Frame frame = frames.get(i);
            final boolean isFront = stacks != null && stacks.isFolded(frame.startNs);
            // The first pane of the front stack holds the sum of those behind it too.
            final long entry = isFront && hasFront ? -1 : frame.table.keys().find(key, offset, length);
            hasFront |= isFront;
            if (entry >= 0) {
                final StateCopy part = aggregator.copyOf(frame.table, entry);
                sum = sum == null ? part : sum.combine(part);
            }
        }
        return sum;
    }

    private int firstPane(final long endNs) {
        return frames.firstFrom(endNs - panes.sizeNs());
    }

    /** On to the next window, or over a gap to the first window of the pane behind it. */
    private long nextEndNs(final long endNs) {
        final int index = frames.firstFrom(endNs - panes.sizeNs() + panes.hopNs());
        return index == frames.count()
                ? NEVER
                : Math.max(endNs + panes.hopNs(), panes.firstEndNs(frames.get(index).startNs));
    }
}
